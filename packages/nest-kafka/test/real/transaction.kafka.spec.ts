import { transactionRules } from '../delivery/transaction-rules.js';
import { specGround } from '../spec-ground.js';

transactionRules(specGround(process.env['KAFKA_BROKERS']?.split(',')));
