import { administration } from './platformatic-administration.ts';
import { produce, read } from './platformatic-compression.ts';
import { group } from './platformatic-group.ts';
import { topics } from './platformatic-topics.ts';
import { transactions } from './platformatic-transactions.ts';
import { serveScenarios } from './scenario-loop.ts';

/* platformatic.ts BOOTSTRAP: the driver of @platformatic/kafka. */
await serveScenarios(process.argv[2] ?? '', { topics, produce, read, group, transactions, administration });
