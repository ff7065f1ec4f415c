import { describeConsumerRules } from '../consumer/rules.js';

describeConsumerRules('Apache Kafka', () => (process.env['KAFKA_BROKERS'] ?? '').split(','), {
  session: 6_000,
  blockade: 10_000,
});
