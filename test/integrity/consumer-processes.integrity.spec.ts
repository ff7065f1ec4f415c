import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IntegrityCluster } from './frame/integrity-cluster.js';
import { INTACT, troublesOf } from './frame/invariants.js';
import { runScenario } from './frame/run-scenario.js';

/** How long processes come and go, milliseconds. */
const DURATION = Number(process.env['INTEGRITY_SECONDS'] ?? 10) * 1_000;

describe('Consumer processes under load, on three nodes,', { timeout: DURATION * 2 + 300_000 }, () => {
  let cluster: IntegrityCluster;

  beforeAll(async () => {
    cluster = await IntegrityCluster.start();
  });
  afterEach(() => cluster?.makeWhole(), 120_000);
  afterAll(() => cluster?.stop());

  it('lose nothing when they are killed, added and removed, and every request is answered', async () => {
    const { ours } = await runScenario(cluster, {
      name: 'processes-come-and-go',
      done: `of two consumer processes one killed with -9 and replaced, one closed and replaced, by turns for ${DURATION / 1_000} s`,
      serving: 'two processes',
      faults: async ({ runs, tell }) => {
        const each = async (what: string, change: (run: (typeof runs)[number]) => Promise<void>) => {
          tell(`a process is ${what}`);
          await Promise.all(runs.map(change));
        };
        for (const end = Date.now() + DURATION; Date.now() < end;) {
          await each('added', ({ processes }) => processes.add());
          await each('killed', ({ processes }) => processes.kill());
          await wait(1_000);
          await each('added', ({ processes }) => processes.add());
          await each('closed', ({ processes }) => processes.remove());
          await wait(1_000);
        }
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
  });
});
