import { describe, expect, it } from 'vitest';
import { parseRecording, recordingLines } from './recording.js';
import type { Observation, Transcript } from './transcript.js';

const answer = (errorCode: number): Observation => ({ header: '', isCanonical: true, response: { errorCode } });

describe('A recording', () => {
  const transcripts = new Map<number, Transcript>([
    [5, { one: answer(0) }],
    [3, { one: answer(0), two: 'closed' }],
    [4, { one: answer(3) }],
    [7, { one: answer(0) }],
    [6, { one: answer(0), two: 'closed' }],
  ]);
  const recording = new Map([['a conversation', transcripts]]);

  it('reads as what was written', () => {
    expect(parseRecording(recordingLines(recording))).toEqual(recording);
  });

  it('holds an answer once for all versions that were answered alike', () => {
    const [one, two, ...others] = recordingLines(recording).split('\n');
    expect(Object.keys((JSON.parse(one ?? '') as { answers: object }).answers)).toEqual(['4', '3,5-7']);
    expect(JSON.parse(two ?? '')).toEqual({
      conversation: 'a conversation',
      step: 'two',
      answers: { '3,6': 'closed' },
    });
    expect(others).toEqual(['']);
  });
});
