import { setTimeout as wait } from 'node:timers/promises';
import type { KafkaTransportOptions } from 'nest-kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IntegrityCluster } from './frame/integrity-cluster.js';
import { INTACT, troublesOf } from './frame/invariants.js';
import { runScenario } from './frame/run-scenario.js';
import { ReplicaChurn } from './load/replica-churn.js';
import { OURS } from './load/transports.js';

/** How long replicas come and go, milliseconds. `INTEGRITY_SECONDS=120` is the run of the record. */
const DURATION = Number(process.env['INTEGRITY_SECONDS'] ?? 15) * 1_000;

interface Churn {
  replicas: number;
  replyPartitions: number;
  /** Milliseconds between two changes; each is one replica that leaves and one that joins. */
  every: number;
  reply: NonNullable<KafkaTransportOptions['reply']>;
}

async function churn(replicas: ReplicaChurn, every: number): Promise<void> {
  for (const end = Date.now() + DURATION; Date.now() < end;) {
    const changed = Date.now();
    await replicas.change();
    await wait(Math.max(0, every - (Date.now() - changed)));
  }
}

describe('Replicas that come and go under load, on three nodes', { timeout: DURATION * 3 + 600_000 }, () => {
  let cluster: IntegrityCluster;

  beforeAll(async () => {
    cluster = await IntegrityCluster.start();
  });
  afterEach(() => cluster?.makeWhole(), 400_000);
  afterAll(() => cluster?.stop());

  it.each<[string, Churn]>([
    [
      'more of them than reply partitions, with direct routing',
      { replicas: 8, replyPartitions: 3, every: 1_000, reply: { routing: 'direct' } },
    ],
    [
      'a partition for each, with group routing, calmly',
      { replicas: 4, replyPartitions: 8, every: 3_000, reply: { routing: 'group' } },
    ],
  ])('lose no request: %s', async (_, { replicas, replyPartitions, every, reply }) => {
    const { ours } = await runScenario(cluster, {
      name: `replicas-${reply.routing}`,
      done: `replies ${reply.routing}: ${replicas} replicas on ${replyPartitions} reply partitions, one leaves and one joins every ${every / 1_000} s`,
      loadText: '2 requesters a replica, two services',
      partitions: { events: 1, requests: 4, replies: replyPartitions },
      makeLoad: (subject, recorder) =>
        new ReplicaChurn(subject, recorder, replicas, {
          emitters: 0,
          requesters: 2,
          pause: 20,
          requestTimeout: 30_000,
          reply,
        }),
      // The built-in has no direct routing, and each of its replicas needs a partition of its own.
      ...(reply.routing === 'direct' ? { transports: [OURS] } : {}),
      faults: async ({ runs }) => {
        await Promise.all(runs.map(({ load }) => churn(load as ReplicaChurn, every)));
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
    // Far below what a loaded machine does: that the scenario had a load at all.
    expect(ours.requests).toBeGreaterThan(100);
  });
});
