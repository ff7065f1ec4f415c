import { describe } from 'vitest';
import { transactionRules } from '../transactions/transaction-rules.js';

describe('Transactions on Apache Kafka', () => {
  transactionRules(() => (process.env['KAFKA_BROKERS'] ?? '').split(','));
});
