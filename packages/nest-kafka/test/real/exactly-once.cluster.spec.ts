import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IntegrityCluster, RESTART } from '../../../../test/integrity/frame/integrity-cluster.js';
import { copyUnderKills } from '../exactly-once/copy-under-kills.js';

/** 200000 for the figure of docs/guide/delivery.md. */
const records = Number(process.env['EXACTLY_ONCE_RECORDS'] ?? 12_000);
const kills = Math.max(3, Math.floor(records / 10_000));
/** Copied while a broker is away, before it comes back. */
const WITHOUT_IT = 200;
const PATIENCE = 200_000 + kills * 60_000;

let cluster: IntegrityCluster;
beforeAll(async () => {
  cluster = await IntegrityCluster.start();
}, 200_000);
afterAll(() => cluster?.stop());

it(
  `writes each of ${records} records exactly once while the brokers of three nodes are killed in turn, ${kills} times`,
  { timeout: PATIENCE + 60_000 },
  async () => {
    const standstills: number[] = [];
    const outcome = await copyUnderKills({
      brokers: cluster.brokers,
      name: 'exactly-once',
      records,
      partitions: 6,
      processes: 2,
      batch: 20,
      kill: { times: kills },
      patience: PATIENCE,
      async victim(kill, copied) {
        const node = cluster.nodes[kill % cluster.nodes.length];
        const before = copied();
        await node?.kill();
        const killed = performance.now();
        while (copied() < Math.min(records, before + WITHOUT_IT)) {
          await wait(50);
        }
        standstills.push(Math.round(performance.now() - killed));
        await node?.start(RESTART);
        await cluster.untilInSync();
      },
    });
    process.stdout.write(
      `exactly once, brokers killed: ${records} records, ${JSON.stringify({ ...outcome, standstills })}\n`,
    );
    expect(outcome).toMatchObject({ missing: 0, repeated: 0, kills });
  },
);
