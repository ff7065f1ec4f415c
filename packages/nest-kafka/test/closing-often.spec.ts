import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeOften, expectNothingLost } from './closing-often.js';
import { type Ground, startGround } from './ground.js';

let ground: Ground;

beforeAll(async () => {
  ground = await startGround();
});

afterAll(() => ground?.stop());

it(
  'close() under load, 20 times: nothing acknowledged is lost, nothing is handled twice, every request settles',
  { timeout: 120_000 },
  async () => {
    expectNothingLost(await closeOften(ground, 20));
    expect.hasAssertions();
  },
);
