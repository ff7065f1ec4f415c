import { describe, expect, it } from 'vitest';
import type { FetchTopic } from '../protocol/generated/fetch-request.js';
import { FetchSessionCache } from './fetch-session-cache.js';
import type { FetchSession } from './fetch-session.js';

const TWO_MINUTES = 120_000;

function topics(partitions: number): FetchTopic[] {
  const partition = {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset: 0n,
    lastFetchedEpoch: -1,
    logStartOffset: -1n,
    partitionMaxBytes: 1,
    replicaDirectoryId: '',
    highWatermark: -1n,
  };
  const all = Array.from({ length: partitions }, (_, index) => ({ ...partition, partition: index }));
  return [{ topic: 'heroes', topicId: '', partitions: all }];
}

function begin(cache: FetchSessionCache, partitions: number, now: number): FetchSession | undefined {
  const session = cache.create(partitions, false, now);
  if (session) cache.change(session, now, () => session.update(topics(partitions), []));
  return session;
}

describe('the cache of fetch sessions', () => {
  it('grants no session beyond its slots while the others are young and in use', () => {
    const cache = new FetchSessionCache(2);
    expect([begin(cache, 1, 0), begin(cache, 1, 0)]).not.toContain(undefined);
    expect(begin(cache, 5, TWO_MINUTES)).toBeUndefined();
    expect(cache.size).toBe(2);
  });

  it('takes the place of the session that was not used for longest, after two minutes', () => {
    const cache = new FetchSessionCache(2);
    const [first, second] = [begin(cache, 1, 0)!, begin(cache, 1, 0)!];
    cache.change(first, 1_000, () => undefined);
    expect(begin(cache, 1, TWO_MINUTES + 1)).toBeDefined();
    expect([cache.get(first.id), cache.get(second.id)]).toEqual([first, undefined]);
  });

  it('takes the place of a smaller session that is old, though in use', () => {
    const cache = new FetchSessionCache(2);
    const [large, small] = [begin(cache, 3, 0)!, begin(cache, 2, 0)!];
    const now = TWO_MINUTES + 1;
    for (const session of [large, small]) cache.change(session, now, () => undefined);
    expect(begin(cache, 2, now)).toBeUndefined();
    expect(begin(cache, 3, now)).toBeDefined();
    expect([cache.get(large.id), cache.get(small.id)]).toEqual([large, undefined]);
  });

  it('removes a session that has forgotten all of its partitions', () => {
    const cache = new FetchSessionCache();
    const session = begin(cache, 1, 0)!;
    const isKept = cache.change(session, 0, () =>
      session.update([], [{ topic: 'heroes', topicId: '', partitions: [0] }]),
    );
    expect([isKept, cache.size]).toEqual([false, 0]);
  });

  it('holds no more partitions than it may, in all sessions together', () => {
    const cache = new FetchSessionCache(10, 5);
    const session = begin(cache, 3, 0)!;
    expect(begin(cache, 3, 0)).toBeUndefined();
    expect(begin(cache, 2, 0)).toBeDefined();
    expect(cache.change(session, 0, () => session.update(topics(4), []))).toBe(false);
    expect(cache.get(session.id)).toBeUndefined();
    expect(begin(cache, 3, 0)).toBeDefined();
  });
});
