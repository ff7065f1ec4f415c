import { endTxnCodec } from '../../../src/protocol/generated/end-txn.js';
import { fetchCodec } from '../../../src/protocol/generated/fetch.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { batchOf } from '../record-batches.js';
import type { Talk, TopicHandle } from '../talk.js';
import { fetchRequest, produceRequest } from './requests.js';
import { topicOf, TransactionalProducer } from './transaction-talk.js';

async function fetchBoth(talk: Talk, step: string, topic: TopicHandle, offset = 0n): Promise<void> {
  for (const isolationLevel of [0, 1]) {
    const request = fetchRequest(topic, { offset, isolationLevel });
    await talk.ask(`${step}, ${isolationLevel === 0 ? 'uncommitted' : 'committed'}`, fetchCodec, request);
  }
}

export const fetchOfTransactionsConversations = conversationsAbout(fetchCodec, {
  'aborted and committed in turn': async talk => {
    const topic = await topicOf(talk);
    const producer = await new TransactionalProducer(talk, 'p').init();
    for (const [index, committed] of [false, true, false, true].entries()) {
      await producer.produce(`produce ${index}`, topic, [committed ? 'committed' : 'aborted']);
      await producer.end(`end ${index}`, committed);
    }
    for (const offset of [0n, 1n, 2n, 4n, 5n, 6n, 8n]) await fetchBoth(talk, `from ${offset}`, topic, offset);
  },
  'an open transaction holds back what follows it': async talk => {
    const topic = await topicOf(talk);
    await talk.ask('plain', produceCodec, produceRequest(topic, batchOf('plain')));
    const slow = await new TransactionalProducer(talk, 'slow').init();
    const quick = await new TransactionalProducer(talk, 'quick').init();
    await slow.produce('produce', topic, ['s0']);
    await quick.produce('produce', topic, ['q0']);
    await talk.ask('plain again', produceCodec, produceRequest(topic, batchOf('plain again')));
    await quick.end('abort', false);
    await fetchBoth(talk, 'slow is open', topic);
    await fetchBoth(talk, 'behind it', topic, 2n);
    await fetchBoth(talk, 'at the end', topic, 5n);
    await slow.end('abort', false);
    await fetchBoth(talk, 'both have ended', topic);
    await fetchBoth(talk, 'from the middle', topic, 3n);
  },
  'a long poll until a transaction ends': async talk => {
    const topic = await topicOf(talk);
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.produce('produce', topic, ['a']);
    const wait = { maxWaitMs: 5_000, minBytes: 1, isolationLevel: 1 };
    const parked = await talk.begin('wait', fetchCodec, fetchRequest(topic, wait), { on: 'waiting' });
    await parked.observeParked();
    await producer.produce('produce more', topic, ['b']);
    const { transactionalId, producerId, producerEpoch } = producer;
    await talk.ask('commit', endTxnCodec, { transactionalId, producerId, producerEpoch, committed: true });
    await parked.answer();
  },
});
