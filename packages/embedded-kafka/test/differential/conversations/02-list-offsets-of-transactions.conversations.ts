import { listOffsetsCodec } from '../../../src/protocol/generated/list-offsets.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { recordBatch, THEN } from '../record-batches.js';
import { produceRequest } from './requests.js';
import { topicOf, TransactionalProducer } from './transaction-talk.js';

export const listOffsetsOfTransactionsConversations = conversationsAbout(listOffsetsCodec, {
  'an open transaction': async talk => {
    const topic = await topicOf(talk);
    const plain = recordBatch({ records: [{ value: 'plain' }], baseTimestamp: THEN - 1_000 });
    await talk.ask('plain', produceCodec, produceRequest(topic, plain));
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.produce('produce', topic, ['a']);
    const list = async (step: string): Promise<void> => {
      for (const isolationLevel of [0, 1]) {
        for (const timestamp of [-1n, -2n, -3n, BigInt(THEN - 1_000), BigInt(THEN)]) {
          const request = {
            replicaId: -1,
            isolationLevel,
            topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, timestamp }] }],
          };
          await talk.ask(`${step}, level ${isolationLevel}, ${timestamp}`, listOffsetsCodec, request);
        }
      }
    };
    await list('open');
    await producer.end('commit', true);
    await list('committed');
  },
});
