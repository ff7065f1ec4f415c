import { describe, expect, it } from 'vitest';
import { DifferenceLists, type FoundDifference, type ListedDifference } from './listed-difference.js';

const found = (changes: Partial<FoundDifference> = {}): FoundDifference => ({
  file: '01-fetch',
  conversation: 'a session',
  version: 7,
  at: 'full: sessionId',
  kafka: 1,
  ours: 0,
  ...changes,
});

const listed = (changes: Partial<ListedDifference> = {}): ListedDifference => ({
  file: '01-fetch',
  conversation: 'a session',
  at: 'full: *',
  reason: 'no sessions',
  ...changes,
});

describe('DifferenceLists', () => {
  it('lets a listed difference pass, and no other', () => {
    const lists = new DifferenceLists([listed()]);
    const other = found({ at: 'end: sessionId' });
    expect(lists.unlisted([found(), other])).toEqual([other]);
  });

  it('holds an entry to its versions and its condition', () => {
    const lists = new DifferenceLists([listed({ versions: [4, 6] }), listed({ when: kafka => kafka === 2 })]);
    expect(lists.unlisted([found()])).toHaveLength(1);
    expect(lists.unlisted([found({ version: 5 }), found({ kafka: 2 })])).toEqual([]);
  });

  it('takes brackets and dots literally', () => {
    const lists = new DifferenceLists([listed({ at: 'full: a[0].b' })]);
    expect(lists.unlisted([found({ at: 'full: a[0].b' }), found({ at: 'full: a0xb' })])).toHaveLength(1);
  });

  it('tells which entries were never seen', () => {
    const lists = new DifferenceLists([listed(), listed({ conversation: 'gone' })]);
    lists.unlisted([found()]);
    expect(lists.stale).toEqual(['01-fetch, gone, full: * (no sessions)']);
  });
});
