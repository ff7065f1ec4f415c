import { type ManualAckContext, ServerKafka } from 'nest-kafka';
import { crashPolicies, topicOf } from './crash-policies.ts';

/** A process of its own, to be killed with messages in its handlers. It tells what its handlers get. */
const [brokers = '', prefix = '', groupId = '', instance = ''] = process.argv.slice(2);
// An instance id is beyond KafkaJS's options, so its type does not know it.
const consumer = { groupId, groupInstanceId: instance };
const server = new ServerKafka({
  client: { brokers: brokers.split(','), logLevel: 0 },
  consumer,
  subscribe: { fromBeginning: true },
  run: { autoCommitInterval: 50 },
});
const silent = (): void => {};
Object.assign(server, { logger: { log: silent, error: silent, warn: silent, debug: silent } });
for (const [word, policy] of Object.entries(crashPolicies)) {
  server.addHandler(
    topicOf(prefix, word),
    async (data: string | readonly string[], context: ManualAckContext) => {
      process.send?.({ word, data });
      const values = typeof data === 'string' ? [data] : data;
      if (values.some(value => value.endsWith('fails'))) {
        throw new Error('as its value says');
      }
      if (word === 'manual') {
        if (data === '1 hangs') {
          return;
        }
        context.ack();
      } else if (values.some(value => value.endsWith('hangs'))) {
        await new Promise(() => {});
      }
    },
    true,
    { [Symbol.for('nest-kafka:delivery')]: policy } as Record<string, unknown>,
  );
}
server.pause(topicOf(prefix, 'paused'));
void server.listen(error => {
  if (error !== undefined) {
    throw error as Error;
  }
});
