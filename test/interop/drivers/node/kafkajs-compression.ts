import type { CompressionTypes } from 'kafkajs';
import { compressedRecords, RECORD_COUNT, RecordDigest } from './compressed-records.ts';
import { connectTo, createTopic, keepingOldRecords, type Library } from './kafkajs-library.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** `produce codec`: 100 records to `prefix.codec`. */
export const produce =
  (library: Library) =>
  async ({ bootstrap, prefix }: Scene, codec: string): Promise<unknown> => {
    const topic = `${prefix}.${codec}`;
    const kafka = connectTo(library, bootstrap);
    const [admin, producer] = [kafka.admin(), kafka.producer()];
    await Promise.all([admin.connect(), producer.connect()]);
    try {
      await createTopic(admin, keepingOldRecords(topic, 1));
      await producer.send({
        topic,
        compression: CODECS.indexOf(codec) as CompressionTypes,
        messages: compressedRecords(codec).map(({ key, value, header, timestamp }) => ({
          key,
          value,
          headers: { codec: header },
          timestamp: String(timestamp),
        })),
      });
      const [offsets] = await admin.fetchTopicOffsets(topic);
      return { end: Number(offsets?.high) };
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    }
  };

/** `read topic…`: what is in each topic's first 100 records. */
export const read =
  (library: Library) =>
  async ({ bootstrap, prefix }: Scene, ...topics: string[]): Promise<unknown> => {
    const digests = new Map(topics.map(topic => [topic, new RecordDigest()]));
    const consumer = connectTo(library, bootstrap).consumer({ groupId: `${prefix}.reader`, maxWaitTimeInMs: 100 });
    const ended = Promise.withResolvers<never>();
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
    await consumer.connect();
    try {
      await consumer.subscribe({ topics, fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ topic, message: { key, value, headers, timestamp } }) => {
          digests.get(topic)?.add({
            key: String(key),
            value,
            header: String(headers?.['codec']),
            timestamp: Number(timestamp),
          });
        },
      });
      const isComplete = (): boolean => Array.from(digests.values()).every(({ count }) => count >= RECORD_COUNT);
      const missing = (): string => JSON.stringify(Array.from(digests, ([topic, { count }]) => [topic, count]));
      await Promise.race([until(missing, isComplete), ended.promise]);
    } finally {
      await consumer.disconnect();
    }
    return Object.fromEntries(Array.from(digests, ([topic, digest]) => [topic, digest.observation()]));
  };
