import { compressionsAlgorithms } from '@platformatic/kafka';
import type * as KafkaJS from 'kafkajs';
import type { ConsumerConfig, ITopicConfig } from 'kafkajs';

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
