import { describe, expect, it } from 'vitest';
import { LeaderEpochHistory } from './leader-epoch-history.js';

/** Epoch 0 from 0 on, epoch 2 from 10 on, epoch 3 from 20 on. */
function history(): LeaderEpochHistory {
  const epochs = new LeaderEpochHistory();
  epochs.begin(0, 0);
  epochs.begin(2, 10);
  epochs.begin(3, 20);
  return epochs;
}

describe('the history of leader epochs', () => {
  const log = { startOffset: 0, endOffset: 25 };

  it('tells where an epoch ended, or the one before it that has records', () => {
    expect([0, 1, 2, 3].map(epoch => history().endOf(epoch, log))).toEqual([
      { leaderEpoch: 0, endOffset: 10 },
      { leaderEpoch: 0, endOffset: 10 },
      { leaderEpoch: 2, endOffset: 20 },
      { leaderEpoch: 3, endOffset: 25 },
    ]);
    expect(history().endOf(4, log)).toBeUndefined();
  });

  it('forgets an epoch in which nothing was written, and one that is not new', () => {
    const epochs = history();
    epochs.begin(4, 20);
    epochs.begin(1, 22);
    expect(epochs.endOf(3, log)).toEqual({ leaderEpoch: 2, endOffset: 20 });
    expect(epochs.endOf(4, log)).toEqual({ leaderEpoch: 4, endOffset: 25 });
  });

  it('forgets epochs whose records are gone', () => {
    expect(history().endOf(0, { startOffset: 12, endOffset: 25 })).toEqual({ leaderEpoch: 0, endOffset: 12 });
    expect(history().endOf(2, { startOffset: 12, endOffset: 25 })).toEqual({ leaderEpoch: 2, endOffset: 20 });
  });
});
