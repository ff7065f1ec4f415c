import { setTimeout as wait } from 'node:timers/promises';
import type { KafkaTransportOptions } from 'nest-kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKafka, type KafkaCluster } from '../../scripts/kafka/index.ts';
import { startService } from './load/application.js';
import { Load } from './load/load.js';
import { Recorder } from './load/recorder.js';
import { recordRun } from './load/run-record.js';
import { createTopics } from './load/topics.js';

/** How long replicas come and go, milliseconds. `INTEGRITY_SECONDS=120` is the run of the record. */
const DURATION = Number(process.env['INTEGRITY_SECONDS'] ?? 15) * 1_000;

interface Churn {
  replicas: number;
  replyPartitions: number;
  /** Milliseconds between two changes; each is one replica that leaves and one that joins. */
  every: number;
  reply: NonNullable<KafkaTransportOptions['reply']>;
}

/** Replicas of a gateway under load, of which the oldest leaves and a new one joins, again and again. */
async function churn(brokers: readonly string[], { replicas, every, reply }: Churn): Promise<Recorder> {
  const recorder = new Recorder();
  const service = await startService(brokers, recorder);
  const join = async (): Promise<Load> => {
    const load = new Load(brokers, recorder, { emitters: 0, requesters: 2, pause: 20, requestTimeout: 30_000, reply });
    await load.start();
    return load;
  };
  const present: Load[] = [];
  for (let i = 0; i < replicas; i++) {
    present.push(await join());
  }
  for (const end = Date.now() + DURATION; Date.now() < end;) {
    const changed = Date.now();
    // It takes no new work, gets the answers it waits for, and goes: what a rolling deploy does.
    await present.shift()?.end();
    present.push(await join());
    await wait(Math.max(0, every - (Date.now() - changed)));
  }
  await Promise.all(present.map(load => load.end()));
  await service.close();
  return recorder;
}

describe('Replicas that come and go under load, on three nodes', () => {
  let cluster: KafkaCluster;
  beforeEach(async () => {
    cluster = await startKafka({ nodes: 3 });
  });
  afterEach(() => cluster?.stop());

  it.each<[string, Churn]>([
    [
      'more of them than reply partitions, with direct routing',
      { replicas: 8, replyPartitions: 3, every: 1_000, reply: { routing: 'direct' } },
    ],
    [
      'a partition for each, with group routing, calmly',
      { replicas: 4, replyPartitions: 8, every: 3_000, reply: { routing: 'group' } },
    ],
  ])('lose no request: %s', { timeout: DURATION * 2 + 120_000 }, async (_, scenario) => {
    await createTopics(cluster.brokers, { events: 1, requests: 4, replies: scenario.replyPartitions });
    const summary = (await churn(cluster.brokers, scenario)).summary();
    const { replicas, replyPartitions, every, reply } = scenario;
    recordRun(
      `replies ${reply.routing}: ${replicas} replicas on ${replyPartitions} reply partitions, one leaves and one joins every ${every / 1_000} s`,
      '2 requesters a replica',
      summary,
    );
    // Far below what a loaded machine does: that the scenario had a load at all.
    expect(summary.requests).toBeGreaterThan(100);
    expect(summary.failedRequests).toEqual([]);
    expect(summary.answered).toBe(summary.requests);
  });
});
