import { afterAll, beforeAll, describe } from 'vitest';
import { ackRules } from '../delivery/ack-rules.js';
import { controlRules } from '../delivery/control-rules.js';
import { crashRules } from '../delivery/crash-rules.js';
import { flowRules } from '../delivery/flow-rules.js';
import { killRules } from '../delivery/kill-rules.js';
import { orderRules } from '../delivery/order-rules.js';
import { rebalanceRules } from '../delivery/rebalance-rules.js';
import { type Ground, startGround } from '../ground.js';

let ground: Ground | undefined;
const started = (): Ground => ground as Ground;

beforeAll(async () => {
  ground = await startGround(process.env['KAFKA_BROKERS']?.split(','));
});
afterAll(() => ground?.stop());

describe('A delivery policy on Apache Kafka', () => {
  orderRules(started);
  ackRules(started);
  controlRules(started);
  flowRules(started);
  crashRules(started);
  rebalanceRules(started);
  killRules(started, 6_000);
});
