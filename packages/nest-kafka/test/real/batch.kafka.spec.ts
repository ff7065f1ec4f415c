import { batchRules } from '../delivery/batch-rules.js';
import { specGround } from '../spec-ground.js';

batchRules(specGround(process.env['KAFKA_BROKERS']?.split(',')));
