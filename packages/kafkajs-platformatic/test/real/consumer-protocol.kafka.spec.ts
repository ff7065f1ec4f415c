import { describeConsumerProtocolRules } from '../consumer/rules.js';

describeConsumerProtocolRules('Apache Kafka', () => (process.env['KAFKA_BROKERS'] ?? '').split(','), 500);
