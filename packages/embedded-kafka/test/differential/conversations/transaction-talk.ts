import {
  addPartitionsToTxnCodec,
  type AddPartitionsToTxnRequestInit,
} from '../../../src/protocol/generated/add-partitions-to-txn.js';
import { endTxnCodec, type EndTxnResponse } from '../../../src/protocol/generated/end-txn.js';
import { initProducerIdCodec } from '../../../src/protocol/generated/init-producer-id.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import type { Conversation } from '../conversation.js';
import { recordBatch, type BatchSpec } from '../record-batches.js';
import type { Talk, TopicHandle } from '../talk.js';
import { produceRequest } from './requests.js';

/** Versions of the old protocol, in which partitions are added by a request of their own. */
export const OLD_PRODUCE = 11;
export const OLD_ADD = 3;
export const OLD_END = 4;
/** Versions of the new one (KIP-890), in which Produce adds them and EndTxn raises the epoch. */
export const NEW_PRODUCE = 13;
export const NEW_END = 5;

const CONCURRENT_TRANSACTIONS = 51;
const TRANSACTIONAL = 0x10;

export interface Identity {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export type TopicPartitions = readonly { readonly name: string; readonly partitions: readonly number[] }[];

/** The same partitions, as old and as new versions name them. */
export function addRequest(
  { transactionalId, producerId, producerEpoch }: Identity,
  topics: TopicPartitions,
): AddPartitionsToTxnRequestInit {
  return {
    v3AndBelowTransactionalId: transactionalId,
    v3AndBelowProducerId: producerId,
    v3AndBelowProducerEpoch: producerEpoch,
    v3AndBelowTopics: topics,
    transactions: [{ transactionalId, producerId, producerEpoch, topics }],
  };
}

/**
 * A topic whose segments do not roll over time: a marker is of today, the records before it are of 2023, and a fetch from
 * Apache Kafka ends with the segment.
 */
export const topicOf = (talk: Talk, partitions = 1): Promise<TopicHandle> =>
  talk.topic('heroes', partitions, { 'segment.ms': '9223372036854775807' });

/**
 * A conversation in the versions that Kafka verifies alike. It asks its coordinator about all transactions that come at
 * the same time in one request, and answers them all as it has to answer the first: so they must not come together.
 */
export function byVerification(
  title: string,
  play: Conversation['play'],
  ranges: readonly (readonly [from: number, to: number])[],
): Record<string, { from: number; to: number; play: Conversation['play'] }> {
  return Object.fromEntries(ranges.map(([from, to]) => [`${title}, versions ${from}-${to}`, { from, to, play }]));
}

/** A transactional producer in a conversation. It knows what it was told; its steps begin with its name. */
export class TransactionalProducer implements Identity {
  readonly transactionalId: string;
  producerId = -1n;
  producerEpoch = -1;
  private readonly sequences = new Map<string, number>();

  constructor(
    private readonly talk: Talk,
    private readonly name: string,
  ) {
    this.transactionalId = talk.name(`txn-${name}`);
  }

  /** Asks for its id, as often as it takes: Kafka aborts an open transaction first. */
  async init(step = 'init', transactionTimeoutMs = 60_000): Promise<this> {
    for (let attempt = 1; attempt <= 5; attempt++) {
      const { transactionalId } = this;
      const request = { transactionalId, transactionTimeoutMs };
      const label = `${this.name}: ${step}${attempt === 1 ? '' : ` (${attempt})`}`;
      const answer = await this.talk.ask(label, initProducerIdCodec, request);
      if (answer.errorCode !== CONCURRENT_TRANSACTIONS) {
        this.become(answer);
        return this;
      }
      await this.talk.moment();
    }
    return this;
  }

  async add(step: string, topics: TopicPartitions, version = OLD_ADD): Promise<void> {
    await this.talk.ask(`${this.name}: ${step}`, addPartitionsToTxnCodec, addRequest(this, topics), { version });
  }

  /** Produces one record a value. */
  async produce(
    step: string,
    topic: TopicHandle,
    values: readonly string[],
    {
      version = NEW_PRODUCE,
      partition = 0,
      ...spec
    }: { version?: number; partition?: number } & Partial<BatchSpec> = {},
  ): Promise<number> {
    const key = `${topic.name}-${partition}-${this.producerEpoch}`;
    const baseSequence = this.sequences.get(key) ?? 0;
    const records = recordBatch({
      records: values.map(value => ({ value })),
      attributes: TRANSACTIONAL,
      producerId: this.producerId,
      producerEpoch: this.producerEpoch,
      baseSequence,
      ...spec,
    });
    const { transactionalId } = this;
    const { responses } = await this.talk.ask(
      `${this.name}: ${step}`,
      produceCodec,
      produceRequest(topic, records, { transactionalId, partition }),
      { version },
    );
    const errorCode = responses[0]?.partitionResponses[0]?.errorCode ?? -1;
    if (errorCode === 0) this.sequences.set(key, baseSequence + values.length);
    return errorCode;
  }

  async end(step: string, committed: boolean, version = NEW_END): Promise<EndTxnResponse> {
    const { transactionalId, producerId, producerEpoch } = this;
    const request = { transactionalId, producerId, producerEpoch, committed };
    const answer = await this.talk.ask(`${this.name}: ${step}`, endTxnCodec, request, { version });
    // Kafka answers before it has written its markers.
    await this.talk.moment();
    if (answer.errorCode === 0 && version >= NEW_END) this.become(answer);
    return answer;
  }

  private become({ producerId, producerEpoch }: { producerId: bigint; producerEpoch: number }): void {
    this.producerId = producerId;
    this.producerEpoch = producerEpoch;
  }
}
