import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerKafka } from 'nest-kafka';

/**
 * A process of its own, to be killed: handles messages by key, 200 at once, fails at some of them at random, and writes the
 * begin and the end of each into a file before it goes on. The file outlives it, and tells the order.
 */
const [brokers = '', topic = '', groupId = '', sessionTimeout = '', file = ''] = process.argv.slice(2);
const server = new ServerKafka({
  client: { brokers: brokers.split(','), logLevel: 0 },
  consumer: {
    groupId,
    sessionTimeout: Number(sessionTimeout),
    heartbeatInterval: 200,
    retry: { initialRetryTime: 20, maxRetryTime: 100 },
  },
  subscribe: { fromBeginning: true },
  run: { autoCommitInterval: 50 },
});
const silent = (): void => {};
Object.assign(server, { logger: { log: silent, error: silent, warn: silent, debug: silent } });
server.addHandler(
  topic,
  async (message: string) => {
    appendFileSync(file, `b ${message}\n`);
    await sleep(20 + Math.random() * 20);
    if (Math.random() < 0.03) {
      throw new Error('at random');
    }
    appendFileSync(file, `e ${message}\n`);
  },
  true,
  { [Symbol.for('nest-kafka:delivery')]: { order: 'key', concurrency: 200 } } as Record<string, unknown>,
);
void server.listen(error => {
  if (error !== undefined) {
    throw error as Error;
  }
  process.send?.('listening');
});
