import type { Cluster } from '../cluster/cluster.js';
import type { PartitionMetadata } from '../cluster/cluster-metadata.js';
import type { Message } from '../codec/kafka-message.js';
import type { PreparedRecord } from '../codec/prepared-record.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { BufferMemory } from './buffer-memory.js';
import type { PartitionerArgs } from './partitioners/partitioner.js';
import type { PendingSend } from './pending-send.js';
import type { BatchTerms } from './producer-batch.js';
import type { ResolvedProducerConfig } from './producer-options.js';
import type { Sender } from './sender.js';

/** Messages of one call for one topic, checked. */
export interface IntakeEntry {
  readonly messages: readonly Message[];
  readonly records: readonly PreparedRecord[];
  readonly terms: BatchTerms;
  readonly send: PendingSend;
  /** Bytes. */
  readonly size: number;
}

/**
 * Gives the messages of one topic their partitions, strictly in the order of the calls: a call that has to wait for
 * metadata or for room in the buffer holds up those behind it, so that none overtakes.
 */
export class TopicIntake {
  readonly #topic: string;
  readonly #cluster: Cluster;
  readonly #config: ResolvedProducerConfig;
  readonly #memory: BufferMemory;
  readonly #sender: Sender;
  readonly #partitioner: (args: PartitionerArgs) => number;
  readonly #entries: IntakeEntry[] = [];
  #running = false;

  constructor(
    topic: string,
    cluster: Cluster,
    config: ResolvedProducerConfig,
    memory: BufferMemory,
    sender: Sender,
    partitioner: (args: PartitionerArgs) => number,
  ) {
    this.#topic = topic;
    this.#cluster = cluster;
    this.#config = config;
    this.#memory = memory;
    this.#sender = sender;
    this.#partitioner = partitioner;
  }

  add(entry: IntakeEntry): void {
    if (!this.#running && this.#isReady() && this.#memory.tryReserve(entry.size)) {
      this.#place(entry);
      return;
    }
    this.#entries.push(entry);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      await this.#memory.reserve(entry.size);
      try {
        if (!this.#isReady() || this.#namesUnknownPartition(entry)) {
          const { allowAutoTopicCreation, retry } = this.#config;
          await this.#cluster.metadata([this.#topic], { allowAutoTopicCreation, retry });
        }
        this.#entries.shift();
        this.#place(entry);
      } catch (error) {
        this.#entries.shift();
        this.#refuse(entry, error);
      }
    }
    this.#running = false;
  }

  #isReady(): boolean {
    return this.#cluster.isFresh(this.#topic, this.#config.metadataMaxAge);
  }

  #namesUnknownPartition(entry: IntakeEntry): boolean {
    const { length } = this.#cluster.findTopicPartitionMetadata(this.#topic);
    return entry.messages.some(({ partition }) => partition != null && partition >= length);
  }

  /** All messages of a call find a partition, or none is sent. */
  #place(entry: IntakeEntry): void {
    const partitionMetadata = this.#cluster.findTopicPartitionMetadata(this.#topic);
    const { messages, records, terms, send } = entry;
    const partitions: number[] = [];
    try {
      for (let i = 0; i < messages.length; i++) {
        partitions.push(this.#choose(messages[i] as Message, i, partitionMetadata));
      }
    } catch (error) {
      this.#refuse(entry, error);
      return;
    }
    for (let i = 0; i < records.length; i++) {
      this.#sender.append(this.#topic, partitions[i] as number, terms, records[i] as PreparedRecord, send);
    }
  }

  #choose(message: Message, index: number, partitionMetadata: PartitionMetadata[]): number {
    const partition = this.#partitioner({ topic: this.#topic, partitionMetadata, message });
    const exists =
      partitionMetadata[partition]?.partitionId === partition ||
      partitionMetadata.some(({ partitionId }) => partitionId === partition);
    if (!exists) {
      const chosen = message.partition == null ? 'was given by its partitioner' : 'names';
      throw new KafkaJSNonRetriableError(
        `Message ${index} for topic "${this.#topic}" ${chosen} partition ${partition}; ` +
          `the topic has the partitions 0 to ${partitionMetadata.length - 1}`,
      );
    }
    return partition;
  }

  #refuse(entry: IntakeEntry, error: unknown): void {
    this.#memory.release(entry.size);
    entry.send.fail(entry.records.length, error instanceof Error ? error : new Error(String(error)));
  }
}
