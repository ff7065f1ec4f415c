import { afterAll, beforeAll, describe } from 'vitest';
import { retryTopicRules } from '../delivery/retry-topic-rules.js';
import { type Ground, startGround } from '../ground.js';

let ground: Ground | undefined;

beforeAll(async () => {
  ground = await startGround(process.env['KAFKA_BROKERS']?.split(','));
});
afterAll(() => ground?.stop());

describe('On Apache Kafka', () => {
  retryTopicRules(() => ground as Ground);
});
