import { administration } from './kafkajs-administration.ts';
import { produce, read } from './kafkajs-compression.ts';
import { group } from './kafkajs-group.ts';
import { loadLibrary } from './kafkajs-library.ts';
import { topics } from './kafkajs-topics.ts';
import { transactions } from './kafkajs-transactions.ts';
import { serveScenarios } from './scenario-loop.ts';

/* kafkajs.ts BOOTSTRAP PACKAGE: the driver of kafkajs and of every package with its API. */
const [bootstrap = '', name = 'kafkajs'] = process.argv.slice(2);
const library = await loadLibrary(name);
await serveScenarios(bootstrap, {
  topics: topics(library),
  produce: produce(library),
  read: read(library),
  group: group(library),
  transactions: transactions(library),
  administration: administration(library),
});
