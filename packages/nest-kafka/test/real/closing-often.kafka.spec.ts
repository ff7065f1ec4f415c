import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeOften, expectNothingLost } from '../closing-often.js';
import { type Ground, startGround } from '../ground.js';

let ground: Ground;

beforeAll(async () => {
  ground = await startGround(process.env['KAFKA_BROKERS']?.split(','));
});

afterAll(() => ground?.stop());

it(
  'close() under load on Apache Kafka, 20 times: nothing acknowledged is lost, nothing is handled twice, every request settles',
  { timeout: 180_000 },
  async () => {
    expectNothingLost(await closeOften(ground, 20));
    expect.hasAssertions();
  },
);
