import { describe } from 'vitest';
import { messageExtremes } from './message-extremes.js';

describe('On Apache Kafka', () => {
  messageExtremes(process.env['KAFKA_BROKERS']?.split(','));
});
