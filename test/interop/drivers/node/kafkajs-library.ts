import { compressionsAlgorithms } from '@platformatic/kafka';
import type * as KafkaJS from 'kafkajs';
import type { Admin, ConsumerConfig, ITopicConfig } from 'kafkajs';
import { codeOf } from './kafkajs-codes.ts';
import { until } from './until.ts';

/** kafkajs, or a package with its API. */
export type Library = typeof KafkaJS;

export const isOurs = (name: string): boolean => name === 'kafkajs-platformatic';

export async function loadLibrary(name: string): Promise<Library> {
  const module = (await import(name)) as Library & { default?: Library };
  const library = module.default ?? module;
  if (!isOurs(name)) plugCodecs(library);
  return library;
}

/** kafkajs knows gzip only and takes the other codecs from the application. */
function plugCodecs({ CompressionCodecs, CompressionTypes }: Library): void {
  const plug = (
    type: number,
    { compressSync, decompressSync }: Pick<(typeof compressionsAlgorithms)['lz4'], 'compressSync' | 'decompressSync'>,
  ): void => {
    CompressionCodecs[type as 2] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => compressSync(buffer),
      decompress: async (buffer: Buffer) => decompressSync(buffer),
    });
  };
  plug(CompressionTypes.Snappy, compressionsAlgorithms.snappy);
  plug(CompressionTypes.LZ4, compressionsAlgorithms.lz4);
  plug(CompressionTypes.ZSTD, compressionsAlgorithms.zstd);
}

export function connectTo(library: Library, bootstrap: string): KafkaJS.Kafka {
  return new library.Kafka({
    brokers: bootstrap.split(','),
    clientId: 'interop',
    logLevel: library.logLevel.NOTHING,
    // KafkaJS retries even what cannot change, such as the deletion of an unknown topic: for 9 s by default.
    retry: { initialRetryTime: 50, retries: 6 },
  });
}

/** Quick rebalances: heartbeats are where a classic member learns of them. A KIP-848 group's are the broker's affair. */
export function groupConfig(groupId: string, protocol: string): ConsumerConfig {
  const quick = { groupId, maxWaitTimeInMs: 100 };
  if (protocol === 'consumer') return { ...quick, groupProtocol: 'consumer' } as ConsumerConfig;
  return { ...quick, sessionTimeout: 10_000, rebalanceTimeout: 10_000, heartbeatInterval: 200 };
}

/** A topic whose records have timestamps of long ago, and would soon be deleted for their age. */
export const keepingOldRecords = (topic: string, numPartitions: number): ITopicConfig => ({
  topic,
  numPartitions,
  configEntries: [{ name: 'retention.ms', value: '-1' }],
});

const UNKNOWN_TOPIC_OR_PARTITION = 3;

/**
 * Creates a topic and waits until it has leaders. KafkaJS's own `waitForLeaders` waits while there is no leader, and throws
 * where the broker has not even heard of the new topic, as a busy one in KRaft mode may have not.
 * Returns whether it is new.
 */
export async function createTopic(admin: Admin, topic: ITopicConfig): Promise<boolean> {
  const isNew = await admin.createTopics({ topics: [topic], waitForLeaders: false });
  await until(
    () => `the leaders of ${topic.topic}`,
    async () => {
      let hasLeaders = false;
      const code = await codeOf(
        admin.fetchTopicMetadata({ topics: [topic.topic] }).then(({ topics: [found] }) => {
          hasLeaders = found?.partitions.every(({ leader }) => leader >= 0) === true && found.partitions.length > 0;
        }),
      );
      if (code !== 0 && code !== UNKNOWN_TOPIC_OR_PARTITION) throw new Error(`${topic.topic}: error code ${code}`);
      return hasLeaders;
    },
  );
  return isNew;
}
