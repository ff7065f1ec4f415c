import { describeDeadLetterProgram } from '../dead-letter-rules.js';
import { specGround } from '../spec-ground.js';

const ground = specGround(process.env['KAFKA_BROKERS']?.split(','));
describeDeadLetterProgram(() => ground.brokers);
