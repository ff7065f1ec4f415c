import { describeReaderRules } from '../consumer/reader-rules.js';

describeReaderRules('Apache Kafka', () => (process.env['KAFKA_BROKERS'] ?? '').split(','));
