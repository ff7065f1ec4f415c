import type { Message } from '@platformatic/kafka';
import {
  adminOf,
  type BytesConsumer,
  committedOffsets,
  consumerOf,
  textProducer,
  type TextProducer,
} from './platformatic-clients.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

type BytesMessage = Message<Buffer, Buffer, Buffer, Buffer>;

/**
 * A committed and an aborted transaction with offsets of a group, and a successor's, which fences the first producer.
 * The offsets are those of messages that a consumer of the group has read.
 */
export async function transactions(scene: Scene): Promise<unknown> {
  const [topic, source] = [`${scene.prefix}.transactions`, `${scene.prefix}.transactions-source`];
  const groupId = `${scene.prefix}.transactions-group`;
  const transactionalId = `${scene.prefix}.transactional-id`;
  const admin = adminOf(scene);
  const plain = textProducer(scene);
  const old = textProducer(scene, { transactionalId });
  const next = textProducer(scene, { transactionalId });
  const consumer = consumerOf(scene, groupId, 'classic');
  try {
    await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 });
    await admin.createTopics({ topics: [source], partitions: 1, replicas: 1 });
    await plain.send({
      messages: Array.from({ length: 10 }, (_, index) => ({ topic: source, partition: 0, value: String(index) })),
    });
    const messages = await readTen(consumer, source);
    const groupOffset = async (): Promise<number> => (await committedOffsets(admin, groupId, source))[0] ?? -1;

    const first = await old.beginTransaction();
    await first.addConsumer(consumer);
    await first.send({ messages: valuesOf(topic, 'committed') });
    await first.addOffset(messages[4] as BytesMessage);
    await first.commit();
    // The transaction's markers, and with them its offsets, may come a moment after the answer to the commit.
    await until(
      () => 'the committed offset',
      async () => (await groupOffset()) >= 0,
    );
    const offsetAfterCommit = await groupOffset();
    const second = await old.beginTransaction();
    await second.addConsumer(consumer);
    await second.send({ messages: valuesOf(topic, 'aborted') });
    await second.addOffset(messages[8] as BytesMessage);
    await second.abort();
    const offsetAfterAbort = await groupOffset();

    // Without these it claims to be producer 0 in epoch 0, which a broker takes for one that was fenced.
    const third = await next.beginTransaction({ producerId: -1n, producerEpoch: -1 });
    await third.send({ messages: valuesOf(topic, 'later') });
    await third.commit();
    const fenced = await isRefused(old, topic);
    await plain.send({ messages: valuesOf(topic, 'end', 1) });
    return {
      offsetAfterCommit,
      offsetAfterAbort,
      fenced,
      readCommitted: await readAll(scene, topic, 1),
      readUncommitted: await readAll(scene, topic, 0),
    };
  } finally {
    await Promise.all([admin.close(), plain.close(), old.close(true), next.close(), consumer.close(true)]);
  }
}

const valuesOf = (topic: string, name: string, count = 2) =>
  [0, 1].flatMap(partition =>
    Array.from({ length: count }, (_, index) => ({ topic, partition, value: `${name}-${partition}-${index}` })),
  );

async function readTen(consumer: BytesConsumer, source: string): Promise<BytesMessage[]> {
  const messages: BytesMessage[] = [];
  const stream = await consumer.consume({ topics: [source], mode: 'earliest' });
  stream.on('data', message => void messages.push(message));
  await until(
    () => `ten messages, got ${messages.length}`,
    () => messages.length === 10,
  );
  return messages;
}

async function isRefused(old: TextProducer, topic: string): Promise<boolean> {
  try {
    const transaction = await old.beginTransaction();
    await transaction.send({ messages: valuesOf(topic, 'fenced') });
    await transaction.commit();
    return false;
  } catch {
    return true; // which of PRODUCER_FENCED and INVALID_PRODUCER_EPOCH it is, is each client's choice
  }
}

/** All values up to the record `end` of both partitions. */
async function readAll(scene: Scene, topic: string, isolationLevel: 0 | 1): Promise<string[]> {
  const values: string[] = [];
  const consumer = consumerOf(scene, `${topic}-${isolationLevel}`, 'classic', { isolationLevel });
  try {
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
    stream.on('data', ({ value }) => void values.push(String(value)));
    await until(
      () => `the end of the topic after ${values.join()}`,
      () => values.includes('end-0-0') && values.includes('end-1-0'),
    );
  } finally {
    await consumer.close(true);
  }
  return values.sort();
}
