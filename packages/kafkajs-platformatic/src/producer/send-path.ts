import type { Cluster } from '../cluster/cluster.js';
import { prepareRecord, type PreparedRecord } from '../codec/prepared-record.js';
import type { Message } from '../codec/kafka-message.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { Logger } from '../logger/logger.js';
import { BufferMemory } from './buffer-memory.js';
import type { Numbering } from './numbering.js';
import type { PartitionerArgs } from './partitioners/partitioner.js';
import { PendingSend } from './pending-send.js';
import type { BatchTerms } from './producer-batch.js';
import type { ResolvedProducerConfig } from './producer-options.js';
import type { RecordMetadata, TopicMessages } from './producer-records.js';
import { Sender } from './sender.js';
import { TopicIntake, type IntakeEntry } from './topic-intake.js';

/** The way of messages from a call to the brokers under one numbering: checked, given a partition, gathered, carried. */
export class SendPath {
  readonly #cluster: Cluster;
  readonly #config: ResolvedProducerConfig;
  readonly #partitioner: (args: PartitionerArgs) => number;
  readonly #memory: BufferMemory;
  readonly #sender: Sender;
  readonly #intakes = new Map<string, TopicIntake>();
  readonly #whenIdle: (() => void)[] = [];
  #pendingCount = 0;

  constructor(
    cluster: Cluster,
    config: ResolvedProducerConfig,
    partitioner: (args: PartitionerArgs) => number,
    logger: Logger,
    numbering: Numbering,
  ) {
    this.#cluster = cluster;
    this.#config = config;
    this.#partitioner = partitioner;
    this.#memory = new BufferMemory(config.maxBufferedBytes);
    this.#sender = new Sender(cluster, config, numbering, this.#memory, logger);
  }

  /** Sends that have not settled. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  /** @throws KafkaJSNonRetriableError for a message that cannot be sent; nothing is sent then. */
  send(topicMessages: readonly TopicMessages[], terms: BatchTerms): Promise<RecordMetadata[]> {
    let count = 0;
    for (const { messages } of topicMessages) {
      count += Array.isArray(messages) ? messages.length : 0;
    }
    const send = new PendingSend(count, this.#onSettled);
    const now = Date.now();
    const entries = topicMessages.map(topic => [topic.topic, prepareEntry(topic, terms, send, now)] as const);
    if (count === 0) {
      return Promise.resolve([]);
    }
    this.#pendingCount += 1;
    for (const [topic, entry] of entries) {
      if (entry.records.length > 0) {
        this.#intake(topic).add(entry);
      }
    }
    return send.promise;
  }

  /** Resolves when every send has settled; nothing lingers meanwhile. */
  async drain(): Promise<void> {
    // A message that waits for metadata is not with the sender yet, so its promise counts.
    while (this.#pendingCount > 0) {
      void this.#sender.drain();
      await new Promise<void>(resolve => {
        this.#whenIdle.push(resolve);
      });
    }
    this.#sender.resumeLinger();
  }

  /** Fails whatever has not settled. */
  close(reason: Error): void {
    this.#sender.close(reason);
  }

  readonly #onSettled = (): void => {
    this.#pendingCount -= 1;
    if (this.#pendingCount === 0) {
      for (const resolve of this.#whenIdle.splice(0)) {
        resolve();
      }
    }
  };

  #intake(topic: string): TopicIntake {
    let intake = this.#intakes.get(topic);
    if (intake === undefined) {
      intake = new TopicIntake(topic, this.#cluster, this.#config, this.#memory, this.#sender, this.#partitioner);
      this.#intakes.set(topic, intake);
    }
    return intake;
  }
}

function prepareEntry(
  { topic, messages }: TopicMessages,
  terms: BatchTerms,
  send: PendingSend,
  now: number,
): IntakeEntry {
  if (typeof topic !== 'string' || topic === '') {
    throw new KafkaJSNonRetriableError(`Invalid topic ${JSON.stringify(topic)}: it must be a non-empty string`);
  }
  if (!Array.isArray(messages)) {
    throw new KafkaJSNonRetriableError(`Invalid messages array [${String(messages)}] for topic "${topic}"`);
  }
  const records: PreparedRecord[] = [];
  let size = 0;
  for (let index = 0; index < messages.length; index++) {
    const record = prepareRecord(topic, index, messages[index] as Message, now);
    records.push(record);
    size += record.size;
  }
  return { messages, records, terms, send, size };
}
