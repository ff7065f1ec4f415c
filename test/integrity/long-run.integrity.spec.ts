import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IntegrityCluster } from './frame/integrity-cluster.js';
import { INTACT, troublesOf } from './frame/invariants.js';
import { FAULTS } from './frame/random-faults.js';
import { runScenario } from './frame/run-scenario.js';
import { PacedLoad } from './load/paced-load.js';
import { OURS } from './load/transports.js';
import { randomFrom } from './network/random.js';
import { HeapTrend, slopeOf } from './record/heap-trend.js';

/*
 * `npm run test:integrity -- --long`: one hour, or `--minutes N` of it. INTEGRITY_EVENTS and INTEGRITY_REQUESTS are the rates
 * a second, INTEGRITY_SEED repeats the order of the faults.
 */
const MINUTES = Number(process.env['INTEGRITY_MINUTES'] ?? 60);
const DURATION = MINUTES * 60_000;
const EVENTS = Number(process.env['INTEGRITY_EVENTS'] ?? 2_000);
const REQUESTS = Number(process.env['INTEGRITY_REQUESTS'] ?? 200);
const SEED = Number(process.env['INTEGRITY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const EVERY = 20_000;
const MEASURED_EVERY = 10_000;
/** From here on a slope says something, and this much of it an hour is a leak. */
const TELLING = 30;
const LEAK = 64 * 1024 * 1024;

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

describe('A long run on three nodes', { timeout: DURATION + 900_000 }, () => {
  let cluster: IntegrityCluster;

  beforeAll(async () => {
    cluster = await IntegrityCluster.start();
  });
  afterAll(() => cluster?.stop());

  it(`of ${MINUTES} minutes with a fault every 20 s loses nothing, leaves nothing unsettled, and keeps its memory`, async () => {
    const heap = new HeapTrend();
    const random = randomFrom(SEED);
    let faults = 0;
    const { ours } = await runScenario(cluster, {
      name: 'long-run',
      done: `${MINUTES} minutes with a random fault every ${EVERY / 1_000} s (seed ${SEED})`,
      loadText: `${EVENTS} events/s, ${REQUESTS} requests/s, two services and a process`,
      brokers: cluster.proxied,
      // KafkaJS's default of 30 s to believe in a broker that does not answer is as long as the requests may take.
      client: { requestTimeout: 4_000 },
      serving: 'two services and a process',
      partitions: { events: 6, requests: 6, replies: 6 },
      transports: [OURS],
      makeLoad: (subject, recorder) =>
        new PacedLoad(subject, recorder, { events: EVENTS, requests: REQUESTS, requestTimeout: 30_000 }),
      faults: async stage => {
        const measuring = setInterval(() => stage.write('heap', heap.measure()), MEASURED_EVERY);
        try {
          for (const end = Date.now() + DURATION; Date.now() + EVERY < end;) {
            const started = Date.now();
            const nodeId = 1 + Math.floor(random() * cluster.nodes.length);
            const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? FAULTS[0];
            stage.tell(`node ${nodeId}: ${fault?.name}`);
            await fault?.happen(cluster, nodeId, stage);
            await cluster.makeWhole();
            stage.tell('all is well');
            faults++;
            await wait(Math.max(0, EVERY - (Date.now() - started)));
          }
        } finally {
          clearInterval(measuring);
        }
        const heldBack = stage.runs.reduce((sum, { load }) => sum + (load as PacedLoad).heldBack, 0);
        stage.write('heldBack', { heldBack });
        process.stdout.write(`${faults} faults; ${heldBack} messages held back while too much was under way\n`);
      },
    });
    const slope = slopeOf(heap.samples);
    const sizes = heap.samples.map(({ bytes }) => bytes);
    process.stdout.write(
      `heap after collection: ${megabytes(sizes[0] ?? 0)} at first, ${megabytes(sizes.at(-1) ?? 0)} at last, ` +
        `${megabytes(Math.max(...sizes))} at most; slope ${megabytes(slope)} an hour (${sizes.length} measurements)\n`,
    );
    expect(troublesOf(ours)).toEqual(INTACT);
    expect(faults).toBeGreaterThan(0);
    if (MINUTES >= TELLING) {
      expect(slope).toBeLessThan(LEAK);
    }
  });
});
