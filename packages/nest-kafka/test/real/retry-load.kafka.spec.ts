import { describe } from 'vitest';
import { retryFigure } from '../retry-load/retry-figure.js';
import { specGround } from '../spec-ground.js';

const ground = specGround(process.env['KAFKA_BROKERS']?.split(','));

describe('A service with retry topics, on Apache Kafka', () => {
  retryFigure(() => ground);
});
