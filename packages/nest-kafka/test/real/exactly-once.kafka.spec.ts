import { expect, it } from 'vitest';
import { copyUnderKills } from '../exactly-once/copy-under-kills.js';
import { specGround } from '../spec-ground.js';

/** 200000 for the figure of docs/guide/delivery.md. */
const records = Number(process.env['EXACTLY_ONCE_RECORDS'] ?? 10_000);
const isShort = records < 100_000;
const patience = isShort ? 110_000 : 1_500_000;
const ground = specGround(process.env['KAFKA_BROKERS']?.split(','));

it(
  `writes each of ${records} records exactly once while consumers are killed`,
  { timeout: patience + 30_000 },
  async () => {
    const outcome = await copyUnderKills({
      brokers: ground.brokers,
      name: ground.unique('exactly-once'),
      records,
      partitions: isShort ? 4 : 8,
      processes: isShort ? 2 : 3,
      batch: isShort ? 20 : 50,
      kill: isShort ? { times: 3 } : { every: 5_000 },
      patience,
    });
    process.stdout.write(`exactly once: ${records} records, ${JSON.stringify(outcome)}\n`);
    expect(outcome).toMatchObject({ missing: 0, repeated: 0 });
    expect(outcome.kills).toBeGreaterThan(1);
  },
);
