import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, beforeAll, describe } from 'vitest';
import { transactionRules } from './transaction-rules.js';

describe('Transactions on the embedded broker', () => {
  let broker: EmbeddedKafka;
  beforeAll(async () => {
    broker = await EmbeddedKafka.start();
  });
  afterAll(() => broker.stop());

  transactionRules(() => [...broker.brokers]);
});
