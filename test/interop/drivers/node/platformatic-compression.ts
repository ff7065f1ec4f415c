import { ListOffsetTimestamps, Producer, type CompressionAlgorithmValue } from '@platformatic/kafka';
import { compressedRecords, RECORD_COUNT, RecordDigest } from './compressed-records.ts';
import { adminOf, consumerOf, keepingOldRecords } from './platformatic-clients.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

/** `produce codec`: 100 records to `prefix.codec`. */
export async function produce(scene: Scene, codec: string): Promise<unknown> {
  const topic = `${scene.prefix}.${codec}`;
  const admin = adminOf(scene);
  const producer = new Producer({
    clientId: 'interop',
    bootstrapBrokers: scene.bootstrap.split(','),
    idempotent: true,
  });
  try {
    await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1, configs: keepingOldRecords });
    await producer.send({
      compression: codec as CompressionAlgorithmValue,
      messages: compressedRecords(codec).map(({ key, value, header, timestamp }) => ({
        topic,
        partition: 0,
        key: Buffer.from(key),
        ...(value === null ? {} : { value }),
        headers: new Map([[Buffer.from('codec'), Buffer.from(header)]]),
        timestamp: BigInt(timestamp),
      })),
    });
    const partitions = [{ partitionIndex: 0, timestamp: ListOffsetTimestamps.LATEST }];
    const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
    return { end: Number(listed?.partitions[0]?.offset) };
  } finally {
    await Promise.all([admin.close(), producer.close()]);
  }
}

/** `read topic…`: what is in each topic's first 100 records. */
export async function read(scene: Scene, ...topics: string[]): Promise<unknown> {
  const digests = new Map(topics.map(topic => [topic, new RecordDigest()]));
  const consumer = consumerOf(scene, `${scene.prefix}.reader`, 'classic');
  try {
    const stream = await consumer.consume({ topics, mode: 'earliest' });
    const failed = new Promise<never>((_, reject) => stream.on('error', reject));
    stream.on('data', ({ topic, key, value, headers, timestamp }) => {
      const [header] = Array.from(headers.values(), String);
      // A tombstone's value is undefined or null here, whatever its type says.
      const bytes = (value as Buffer | null | undefined) ?? null;
      digests.get(topic)?.add({ key: String(key), value: bytes, header: header ?? '', timestamp: Number(timestamp) });
    });
    const isComplete = (): boolean => Array.from(digests.values()).every(({ count }) => count >= RECORD_COUNT);
    const counts = (): string => JSON.stringify(Array.from(digests, ([topic, { count }]) => [topic, count]));
    await Promise.race([until(counts, isComplete), failed]);
  } finally {
    await consumer.close(true);
  }
  return Object.fromEntries(Array.from(digests, ([topic, digest]) => [topic, digest.observation()]));
}
