import { afterAll, beforeAll, describe } from 'vitest';
import { type Ground, startGround } from '../ground.js';
import { retryTopicRules } from './retry-topic-rules.js';

let ground: Ground | undefined;

beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground?.stop());

describe('On the embedded broker', () => {
  retryTopicRules(() => ground as Ground);
});
