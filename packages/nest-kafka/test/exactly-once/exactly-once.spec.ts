import { expect, it } from 'vitest';
import { specGround } from '../spec-ground.js';
import { copyUnderKills } from './copy-under-kills.js';

const ground = specGround();

it('writes each record exactly once while consumers are killed', { timeout: 90_000 }, async () => {
  const outcome = await copyUnderKills({
    brokers: ground.brokers,
    name: ground.unique('exactly-once'),
    records: 3_000,
    partitions: 2,
    // One static member, so that whoever takes its place need not wait for its session to end.
    processes: 1,
    batch: 20,
    kill: { times: 2 },
    patience: 80_000,
  });
  expect(outcome).toMatchObject({ missing: 0, repeated: 0, kills: 2 });
});
