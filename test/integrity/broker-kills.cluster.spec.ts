import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type KafkaCluster } from '../../scripts/kafka/index.ts';
import { recordRun } from './load/run-record.js';
import { runUnder, STEADY_TEXT } from './load/run-under.js';
import { createTopics } from './load/topics.js';

/** How long a killed node stays away, milliseconds. */
const ABSENCE = Number(process.env['INTEGRITY_ABSENCE'] ?? 6_000);
const RECOVERY = 3_000;
describe('Killing each of three brokers in turn, under load', () => {
  let cluster: KafkaCluster;

  beforeAll(async () => {
    // A killed broker is taken back only after its session; the default of 9 s would be most of the run.
    cluster = await startKafka({ nodes: 3, properties: { 'broker.session.timeout.ms': 4_000 } });
    await createTopics(cluster.brokers, { events: 4, requests: 4, replies: 4 });
  });
  afterAll(() => cluster?.stop());

  it('loses no acknowledged event, and every request is answered', { timeout: 300_000 }, async () => {
    const summary = await runUnder(cluster.brokers, async () => {
      for (const node of cluster.nodes) {
        await node.kill();
        await wait(ABSENCE);
        await node.start();
        await wait(RECOVERY);
      }
    });
    recordRun(`each of three brokers killed with -9 in turn, away for ${ABSENCE / 1_000} s`, STEADY_TEXT, summary);
    expect(summary.acknowledged).toBeGreaterThan(1_000);
    expect(summary.lost).toEqual([]);
    expect(summary.failedRequests).toEqual([]);
    expect(summary.failedEmits).toBe(0);
  });
});
