import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IntegrityCluster } from './frame/integrity-cluster.js';
import { INTACT, troublesOf } from './frame/invariants.js';
import { OffsetWatch } from './frame/offset-watch.js';
import { runScenario } from './frame/run-scenario.js';

/** How long processes come and go, milliseconds. */
const DURATION = Number(process.env['INTEGRITY_SECONDS'] ?? 10) * 1_000;

/** The services' session, milliseconds. */
const SESSION = 6_000;

describe('Consumer processes under load, on three nodes,', { timeout: DURATION * 2 + 600_000 }, () => {
  let cluster: IntegrityCluster;

  beforeAll(async () => {
    cluster = await IntegrityCluster.start();
  });
  afterEach(() => cluster?.makeWhole(), 400_000);
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

  it('commit nothing of what they no longer own after they were frozen beyond their session', async () => {
    const frozen = Math.max(DURATION, SESSION * 2);
    let watch: OffsetWatch | undefined;
    let partitions = 0;
    const { ours } = await runScenario(cluster, {
      name: 'process-frozen',
      done: `of two consumer processes one stopped with -STOP for ${frozen / 1_000} s (session 6 s), then -CONT`,
      serving: 'two processes',
      faults: async ({ runs, tell }) => {
        const [first] = runs;
        if (first !== undefined) {
          const { group, event, request } = first.subject;
          watch = new OffsetWatch(cluster, `${group}-server`, [event, request]);
          watch.start();
        }
        tell('a process is frozen');
        runs.forEach(({ processes }) => processes.freeze());
        await wait(frozen);
        runs.forEach(({ processes }) => processes.thaw());
        tell('it goes on');
        await wait(SESSION);
        partitions = (await watch?.end()) ?? 0;
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
    expect(partitions).toBeGreaterThan(4);
    expect(watch?.setBack).toEqual([]);
  });

  it('lose, when retention overtakes them, what was deleted, and nothing that came later', async () => {
    let deletedAt = Number.POSITIVE_INFINITY;
    const { ours } = await runScenario(cluster, {
      name: 'retention-overtakes',
      losesByDesign: true,
      done: 'both consumer processes stopped with -STOP for 5 s while all events so far were deleted (DeleteRecords); lost is what was deleted unread',
      serving: 'two processes',
      load: { requestTimeout: 60_000 },
      faults: async ({ runs, tell }) => {
        await wait(2_000);
        tell('all processes are frozen');
        runs.forEach(({ processes }) => processes.freezeAll());
        await wait(3_000);
        await cluster.withAdmin(async admin => {
          for (const { subject } of runs) {
            const ends = await admin.fetchTopicOffsets(subject.event);
            await admin.deleteTopicRecords({
              topic: subject.event,
              partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
            });
          }
        });
        deletedAt = Date.now();
        tell('what had been produced is deleted');
        await wait(2_000);
        runs.forEach(({ processes }) => processes.thawAll());
        tell('all processes go on');
        await wait(SESSION);
      },
    });
    const { lost, failedRequests } = ours.troubles;
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.filter(({ startedAt }) => startedAt > deletedAt)).toEqual([]);
    expect(failedRequests).toEqual([]);
    expect(ours.unsettled).toBe(0);
    expect(ours.acknowledgedSince(deletedAt)).toBeGreaterThan(10);
  });
});
