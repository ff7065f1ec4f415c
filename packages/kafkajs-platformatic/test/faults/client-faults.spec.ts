import { isDeepStrictEqual } from 'node:util';
import type { Fault } from 'embedded-kafka';
import { describe, expect, it, vi } from 'vitest';
import { FaultyProxy, type Fate } from '../support/faulty-proxy.js';
import { EXPECTED, work, type Outcome } from './workload.js';

/** What a broker may say for a while in place of an answer, by API. */
const PASSING_ERRORS: Readonly<Record<string, readonly NonNullable<Fault['errorCode']>[]>> = {
  Produce: [
    'NOT_LEADER_OR_FOLLOWER',
    'NOT_ENOUGH_REPLICAS',
    'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'REQUEST_TIMED_OUT',
    // A disk that is full, or whose log directory has failed.
    'KAFKA_STORAGE_ERROR',
  ],
  Fetch: ['NOT_LEADER_OR_FOLLOWER', 'KAFKA_STORAGE_ERROR', 'UNKNOWN_TOPIC_OR_PARTITION', 'OFFSET_NOT_AVAILABLE'],
  ListOffsets: ['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE'],
  FindCoordinator: ['COORDINATOR_NOT_AVAILABLE'],
  JoinGroup: ['NOT_COORDINATOR', 'COORDINATOR_LOAD_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS'],
  SyncGroup: ['NOT_COORDINATOR', 'REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID'],
  Heartbeat: ['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE', 'REBALANCE_IN_PROGRESS'],
  OffsetCommit: ['NOT_COORDINATOR', 'COORDINATOR_LOAD_IN_PROGRESS', 'REQUEST_TIMED_OUT'],
  OffsetFetch: ['NOT_COORDINATOR', 'COORDINATOR_LOAD_IN_PROGRESS', 'UNSTABLE_OFFSET_COMMIT'],
  LeaveGroup: ['NOT_COORDINATOR'],
  InitProducerId: ['COORDINATOR_LOAD_IN_PROGRESS', 'CONCURRENT_TRANSACTIONS'],
  CreateTopics: ['NOT_CONTROLLER'],
};
const APIS = ['ApiVersions', 'Metadata', ...Object.keys(PASSING_ERRORS)];
const HITS = 2;
/** A requestTimeout, in milliseconds, where something does not come in time. */
const SHORT = 1_000;
const PATIENCE = { timeout: 100_000 };

const effects: [string, Partial<Fault>][] = [
  ['cuts the connection before the work', { close: true }],
  ['cuts the connection after the work', { dropAnswer: true }],
  ['sends half of the answer', { truncateAnswer: true }],
  ['answers twice', { duplicateAnswer: true }],
  ['is slow', { delayMs: 60 }],
  ['is slower than requestTimeout', { delayMs: 1_400 }],
];

/** At their sides, so that the whole matrix takes as long as its slowest cell. */
async function each<Cell>(
  cells: readonly (readonly [string, Cell])[],
  run: (cell: Cell) => Promise<Outcome>,
): Promise<Record<string, Outcome>> {
  const outcomes = await Promise.all(cells.map(async ([name, cell]) => [name, await run(cell)] as const));
  return Object.fromEntries(outcomes);
}

/**
 * Cells in which not everything has settled well, was stored once and in order, handled at least once and in order, and
 * committed.
 */
function lossesIn(outcomes: Record<string, Outcome>): [string, object][] {
  const committed = EXPECTED.map(values => String(values.length));
  const clean = { failures: [], stored: EXPECTED, handled: EXPECTED, committed };
  return Object.entries(outcomes)
    .map(([name, outcome]): [string, object] => [
      name,
      { ...outcome, handled: outcome.handled.map(values => [...new Set(values)]) },
    ])
    .filter(([, seen]) => !isDeepStrictEqual(seen, clean));
}

const duplicates = ({ handled }: Outcome): number => handled.flat().length - new Set(handled.flat()).size;

describe('Consumer, producer and admin lose nothing, order and settle everything, while a broker', () => {
  it.each(effects)('%s, whatever the API', PATIENCE, async (_name, effect) => {
    const outcomes = await each(
      APIS.map(api => [api, api] as const),
      api => work([{ api, count: HITS, ...effect }], (effect.delayMs ?? 0) > SHORT ? { requestTimeout: SHORT } : {}),
    );
    expect(lossesIn(outcomes)).toEqual([]);
    // None of these costs the member its place in the group.
    expect(Object.entries(outcomes).filter(([, outcome]) => duplicates(outcome) > 0)).toEqual([]);
  });

  it('answers with errors that pass', PATIENCE, async () => {
    const cells = Object.entries(PASSING_ERRORS).flatMap(([api, codes]) =>
      codes.map(errorCode => [`${api} ${errorCode}`, { api, errorCode, count: HITS }] as const),
    );
    expect(lossesIn(await each(cells, fault => work([fault])))).toEqual([]);
  });

  it('fails one request in five, of whatever API and in whatever way', PATIENCE, async () => {
    const cells = [1, 2, 3, 4].map(seed => {
      const ways = effects.slice(0, 4).map(([, effect]) => ({ ...effect, probability: 0.05, seed, count: 30 }));
      return [`seed ${seed}`, ways] as const;
    });
    expect(lossesIn(await each(cells, faults => work(faults)))).toEqual([]);
  });

  it('and they share a clock that is set, forwards and backwards', PATIENCE, async () => {
    const real = Date.now.bind(Date);
    let ahead = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + ahead);
    const jumps = setInterval(() => {
      ahead = ahead > 0 ? -1_800_000 : 1_800_000;
    }, 7);
    try {
      const cells = APIS.map(api => [api, { api, delayMs: 20, count: HITS }] as const);
      const outcomes = await each(cells, fault => work([fault]));
      expect(lossesIn(outcomes)).toEqual([]);
      expect(Object.values(outcomes).map(duplicates)).toEqual(cells.map(() => 0));
    } finally {
      clearInterval(jumps);
      clock.mockRestore();
    }
  });

  it.each<[string, Fate]>([
    ['never answers', 'swallow-response'],
    ['answers with garbage', 'garble-response'],
  ])('%s', PATIENCE, async (_name, fate) => {
    const keys: Record<string, number> = {
      Produce: 0,
      Fetch: 1,
      ListOffsets: 2,
      Metadata: 3,
      OffsetCommit: 8,
      OffsetFetch: 9,
      FindCoordinator: 10,
      JoinGroup: 11,
      Heartbeat: 12,
      SyncGroup: 14,
      ApiVersions: 18,
      CreateTopics: 19,
      InitProducerId: 22,
    };
    const outcomes = await each(Object.entries(keys), key => {
      let left = HITS;
      const between = async (brokers: readonly string[]): Promise<FaultyProxy> => {
        const proxy = await FaultyProxy.start(brokers);
        proxy.fate = ({ apiKey }) => (apiKey === key && left-- > 0 ? fate : 'pass');
        return proxy;
      };
      return work([], { between, ...(fate === 'swallow-response' ? { requestTimeout: SHORT } : {}) });
    });
    expect(lossesIn(outcomes)).toEqual([]);
  });
});
