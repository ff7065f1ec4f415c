import type { Kafka, Producer, Transaction } from 'kafkajs';
import { connectTo, createTopic, type Library } from './kafkajs-library.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

/** A committed and an aborted transaction with offsets of a group, and a successor's, which fences the first producer. */
export const transactions =
  (library: Library) =>
  async ({ bootstrap, prefix }: Scene): Promise<unknown> => {
    const kafka = connectTo(library, bootstrap);
    const topic = `${prefix}.transactions`;
    const admin = kafka.admin();
    const [plain, old] = [kafka.producer(), transactional(kafka, prefix)];
    await Promise.all([admin.connect(), plain.connect(), old.connect()]);
    const closing: (() => Promise<void>)[] = [() => admin.disconnect(), () => plain.disconnect()];
    closing.push(() => old.disconnect());
    try {
      await createTopic(admin, { topic, numPartitions: 2 });
      const groupId = `${prefix}.transactions-group`;
      const groupOffset = async (): Promise<number> => {
        const [fetched] = await admin.fetchOffsets({ groupId, topics: [topic] });
        return Number(fetched?.partitions.find(({ partition }) => partition === 0)?.offset);
      };
      const sendOffset = (transaction: Transaction, offset: string): Promise<void> =>
        transaction.sendOffsets({
          consumerGroupId: groupId,
          topics: [{ topic, partitions: [{ partition: 0, offset }] }],
        });

      const first = await old.transaction();
      await sendTo(first, topic, 'committed');
      await sendOffset(first, '5');
      await first.commit();
      // The transaction's markers, and with them its offsets, may come a moment after the answer to the commit.
      await until(
        () => 'the committed offset',
        async () => (await groupOffset()) >= 0,
      );
      const offsetAfterCommit = await groupOffset();
      const second = await old.transaction();
      await sendTo(second, topic, 'aborted');
      await sendOffset(second, '9');
      await second.abort();
      const offsetAfterAbort = await groupOffset();

      const next = transactional(kafka, prefix);
      closing.push(() => next.disconnect());
      await next.connect();
      const third = await next.transaction();
      await sendTo(third, topic, 'later');
      await third.commit();
      const fenced = await isRefused(old, topic);
      await sendTo(plain, topic, 'end', 1);
      return {
        offsetAfterCommit,
        offsetAfterAbort,
        fenced,
        readCommitted: await readAll(kafka, topic, false),
        readUncommitted: await readAll(kafka, topic, true),
      };
    } finally {
      await Promise.all(closing.map(close => close()));
    }
  };

const transactional = (kafka: Kafka, prefix: string): Producer =>
  kafka.producer({
    transactionalId: `${prefix}.transactional-id`,
    idempotent: true,
    maxInFlightRequests: 1,
  });

/** `count` records to each of the two partitions. */
async function sendTo(to: Pick<Producer, 'send'>, topic: string, name: string, count = 2): Promise<void> {
  const messages = [0, 1].flatMap(partition =>
    Array.from({ length: count }, (_, index) => ({ partition, value: `${name}-${partition}-${index}` })),
  );
  await to.send({ topic, messages });
}

async function isRefused(old: Producer, topic: string): Promise<boolean> {
  try {
    const transaction = await old.transaction();
    await sendTo(transaction, topic, 'fenced');
    await transaction.commit();
    return false;
  } catch {
    return true; // which of PRODUCER_FENCED and INVALID_PRODUCER_EPOCH it is, is each client's choice
  }
}

/** All values up to the record `end` of both partitions. */
async function readAll(kafka: Kafka, topic: string, readUncommitted: boolean): Promise<string[]> {
  const values: string[] = [];
  const groupId = `${topic}-${readUncommitted ? 'uncommitted' : 'committed'}`;
  const consumer = kafka.consumer({ groupId, readUncommitted, maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
    await until(
      () => `the end of the topic after ${values.join()}`,
      () => values.includes('end-0-0') && values.includes('end-1-0'),
    );
  } finally {
    await consumer.disconnect();
  }
  return values.sort();
}
