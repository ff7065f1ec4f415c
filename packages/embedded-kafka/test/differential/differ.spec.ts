import { describe, expect, it } from 'vitest';
import { compareTranscripts, differences } from './differ.js';

const answer = (errorCode: number) => ({ header: '00', isCanonical: true, response: { errorCode } });

describe('differences', () => {
  it('finds none between equal values', () => {
    const value = { a: [1, { b: null }], c: 'x' };
    expect(differences(value, structuredClone(value), '')).toEqual([]);
  });

  it('tells null, an empty list and a missing field apart', () => {
    expect(differences({ a: null, b: [], c: [] }, { a: [], b: null }, '')).toEqual([
      { at: 'a', kafka: null, ours: [] },
      { at: 'b', kafka: [], ours: null },
      { at: 'c', kafka: [], ours: undefined },
    ]);
  });

  it('names the path of what is different, missing or too much', () => {
    expect(differences({ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 3 }], d: true }, '')).toEqual([
      { at: 'a[0].b', kafka: 1, ours: 3 },
      { at: 'a[1]', kafka: { b: 2 }, ours: undefined },
      { at: 'd', kafka: undefined, ours: true },
    ]);
  });

  it('does not take a text for the number that it shows', () => {
    expect(differences('1', 1, 'a')).toHaveLength(1);
  });
});

describe('compareTranscripts', () => {
  it('compares headers, bodies and whether there was an answer', () => {
    const kafka = { one: answer(0), two: 'closed', three: { ...answer(0), header: '' } };
    const ours = { one: answer(3), two: answer(0), three: answer(0) };
    expect(compareTranscripts(kafka, ours).map(({ at }) => at)).toEqual(['one: errorCode', 'two: ', 'three: header']);
  });

  it('misses a step that only one side has', () => {
    expect(compareTranscripts({ one: 'silent' }, {})).toEqual([{ at: 'one: ', kafka: 'silent', ours: undefined }]);
  });
});
