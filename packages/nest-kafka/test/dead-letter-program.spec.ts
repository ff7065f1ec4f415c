import { specGround } from './spec-ground.js';
import { describeDeadLetterProgram } from './dead-letter-rules.js';

const ground = specGround();
describeDeadLetterProgram(() => ground.brokers);
