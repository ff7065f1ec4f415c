import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IntegrityCluster, RESTART } from './frame/integrity-cluster.js';
import { INTACT, troublesOf } from './frame/invariants.js';
import { runScenario } from './frame/run-scenario.js';

/** How long a killed node stays away, milliseconds. */
const ABSENCE = Number(process.env['INTEGRITY_ABSENCE'] ?? 6_000);
/** How long another fault lasts. */
const DURATION = Number(process.env['INTEGRITY_SECONDS'] ?? 10) * 1_000;
/** How long no broker at all is up. INTEGRITY_OUTAGE=120 is the run of the record. */
const OUTAGE = Number(process.env['INTEGRITY_OUTAGE'] ?? 10) * 1_000;
const RECOVERY = 3_000;
const seconds = (milliseconds: number): string => `${milliseconds / 1_000} s`;

describe('Under load, on three nodes,', { timeout: ABSENCE * 3 + DURATION * 2 + OUTAGE * 2 + 600_000 }, () => {
  let cluster: IntegrityCluster;

  beforeAll(async () => {
    cluster = await IntegrityCluster.start();
  });
  afterEach(() => cluster?.makeWhole(), 400_000);
  afterAll(() => cluster?.stop());

  it('each broker killed in turn loses no acknowledged event, and every request is answered', async () => {
    const { ours } = await runScenario(cluster, {
      name: 'kills-in-turn',
      probed: true,
      done: `each of three brokers killed with -9 in turn, away for ${seconds(ABSENCE)}`,
      faults: async ({ tell }) => {
        for (const node of cluster.nodes) {
          tell(`node ${node.id} is killed`);
          await node.kill();
          await wait(ABSENCE);
          await node.start(RESTART);
          tell(`node ${node.id} is back`);
          await cluster.untilInSync();
          await wait(RECOVERY);
        }
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
  });

  it('a group whose coordinator is killed loses nothing, and every request is answered', async () => {
    const { ours } = await runScenario(cluster, {
      name: 'coordinator-killed',
      probed: true,
      done: `the coordinator of the service's group killed with -9, away for ${seconds(DURATION)}`,
      faults: async ({ runs, tell }) => {
        const node = await cluster.coordinatorOf(`${runs[0]?.subject.group}-server`);
        tell(`node ${node.id} is killed`);
        await node.kill();
        await wait(DURATION);
        await node.start(RESTART);
        tell(`node ${node.id} is back`);
        await wait(RECOVERY);
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
  });

  it('a broker that hangs (kill -STOP) loses nothing, and every request is answered', async () => {
    const { ours } = await runScenario(cluster, {
      name: 'broker-frozen',
      done: `a broker, coordinator of the group, stopped with -STOP for ${seconds(DURATION)}`,
      // KafkaJS's default of 30 s to believe in a broker that does not answer is as long as the requests may take.
      client: { requestTimeout: 4_000 },
      faults: async ({ runs, tell }) => {
        const node = await cluster.coordinatorOf(`${runs[0]?.subject.group}-server`);
        tell(`node ${node.id} is frozen`);
        node.freeze();
        await wait(DURATION);
        node.thaw();
        tell(`node ${node.id} goes on`);
        await wait(RECOVERY);
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
  });

  it('all brokers killed and started again lose nothing, and every request is answered', async () => {
    const { ours } = await runScenario(cluster, {
      name: 'all-killed',
      probed: true,
      done: `all three brokers killed with -9 at once, away for ${seconds(OUTAGE)}`,
      load: { requestTimeout: OUTAGE + 80_000 },
      faults: async ({ tell }) => {
        tell('all nodes are killed');
        await Promise.all(cluster.nodes.map(node => node.kill()));
        await wait(OUTAGE);
        cluster.nodes.forEach(node => node.launch());
        await Promise.all(cluster.nodes.map(node => node.untilServing([1, 2, 3], RESTART)));
        tell('all nodes are back');
        await wait(RECOVERY);
      },
    });
    expect(troublesOf(ours)).toEqual(INTACT);
  });
});
