import { Kafka as KafkaJS } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidOptionsError, type KafkaDriver } from '../../src/index.js';
import { type Ground, startGround } from '../ground.js';
import { ackRules } from './ack-rules.js';
import { controlRules } from './control-rules.js';
import { crashRules } from './crash-rules.js';
import { flowRules } from './flow-rules.js';
import { killRules } from './kill-rules.js';
import { orderRules } from './order-rules.js';
import { PolicyBench } from './policy-server.js';
import { rebalanceRules } from './rebalance-rules.js';

let ground: Ground | undefined;
const kafkaJs = (config: object): KafkaDriver =>
  new KafkaJS({ ...config, logLevel: 0 } as never) as unknown as KafkaDriver;

const started = (): Ground => ground as Ground;

beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground?.stop());

describe('A delivery policy on the embedded broker', () => {
  orderRules(started);
  ackRules(started);
  controlRules(started);
  flowRules(started);
  crashRules(started);
  rebalanceRules(started);
  killRules(started, 1_000);

  it('is refused at the start, word by word, with a driver that cannot hold it', async () => {
    const bench = await PolicyBench.open(started());
    const failure = await bench
      .member({ order: 'key', ack: 'manual' }, () => undefined, { driver: kafkaJs })
      .then(() => undefined)
      .catch((error: unknown) => error);
    await bench.end();
    expect(failure).toBeInstanceOf(InvalidOptionsError);
    expect(String(failure)).toMatch(/"order" of 'key' needs a driver[\s\S]*"ack" of 'manual' needs a driver/);
  });
});
