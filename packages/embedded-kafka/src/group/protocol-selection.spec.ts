import { describe, expect, it } from 'vitest';
import { protocols } from './group.fixture.js';
import { anySupportedByAll, sameProtocols, selectProtocol } from './protocol-selection.js';

const members = (...wishes: string[][]): { protocols: ReturnType<typeof protocols> }[] =>
  wishes.map(names => ({ protocols: protocols(...names) }));

describe('The protocol of a generation', () => {
  it.each([
    [
      'the only common one, whoever prefers others',
      [
        ['a', 'c'],
        ['b', 'c'],
      ],
      'c',
    ],
    [
      'what most prefer',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['b', 'a'],
      ],
      'b',
    ],
    [
      'between equals, what was voted for first',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      'a',
    ],
  ])('is %s', (_, wishes, selected) => {
    expect(selectProtocol(members(...wishes))).toBe(selected);
  });

  it('cannot be chosen where members have nothing in common', () => {
    expect(() => selectProtocol(members(['a'], ['b']))).toThrow('No protocol is supported by all members');
    expect(anySupportedByAll(protocols('b', 'c'), members(['a'], ['b']))).toBe(false);
    expect(anySupportedByAll(protocols('b', 'c'), members(['a', 'c'], ['b', 'c']))).toBe(true);
  });

  it('is offered unchanged only with the same names, bytes and order', () => {
    expect(sameProtocols(protocols('a', 'b'), protocols('a', 'b'))).toBe(true);
    expect(sameProtocols(protocols('a', 'b'), protocols('b', 'a'))).toBe(false);
    expect(sameProtocols(protocols('a'), protocols('a', 'b'))).toBe(false);
    expect(sameProtocols(protocols('a'), [{ name: 'a', metadata: Buffer.from('other') }])).toBe(false);
  });
});
