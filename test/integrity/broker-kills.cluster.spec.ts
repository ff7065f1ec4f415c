import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type KafkaCluster } from '../../scripts/kafka/index.ts';
import { startService } from './load/application.js';
import { Load } from './load/load.js';
import { Recorder } from './load/recorder.js';
import { recordRun } from './load/run-record.js';
import { createTopics } from './load/topics.js';

/** How long a killed node stays away, milliseconds. */
const ABSENCE = Number(process.env['INTEGRITY_ABSENCE'] ?? 6_000);
const RECOVERY = 3_000;
/** After the last fault, within this everything acknowledged has to be handled. */
const PATIENCE = 30_000;

describe('Killing each of three brokers in turn, under load', () => {
  let cluster: KafkaCluster;

  beforeAll(async () => {
    // A killed broker is taken back only after its session; the default of 9 s would be most of the run.
    cluster = await startKafka({ nodes: 3, properties: { 'broker.session.timeout.ms': 4_000 } });
    await createTopics(cluster.brokers, { events: 4, requests: 4, replies: 4 });
  });
  afterAll(() => cluster?.stop());

  it('loses no acknowledged event, and every request is answered', { timeout: 300_000 }, async () => {
    const recorder = new Recorder();
    const services = [await startService(cluster.brokers, recorder), await startService(cluster.brokers, recorder)];
    const load = new Load(cluster.brokers, recorder, {
      emitters: 10,
      requesters: 5,
      pause: 10,
      requestTimeout: 30_000,
    });
    await load.start();
    await wait(2_000);
    for (const node of cluster.nodes) {
      await node.kill();
      await wait(ABSENCE);
      await node.start();
      await wait(RECOVERY);
    }
    await load.end();
    for (let waited = 0; !recorder.isQuiet && waited < PATIENCE; waited += 100) {
      await wait(100);
    }
    await Promise.all(services.map(service => service.close()));

    const summary = recorder.summary();
    recordRun(
      `each of three brokers killed with -9 in turn, away for ${ABSENCE / 1_000} s`,
      '10 emitters, 5 requesters, 2 services',
      summary,
    );
    expect(summary.acknowledged).toBeGreaterThan(1_000);
    expect(summary.lost).toEqual([]);
    expect(summary.failedRequests).toEqual([]);
    expect(summary.failedEmits).toBe(0);
  });
});
