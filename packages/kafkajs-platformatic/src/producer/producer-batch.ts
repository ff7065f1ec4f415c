import {
  encodeRecordBatch,
  NO_PRODUCER,
  restampRecordBatch,
  type BatchProducer,
} from '../codec/record-batch-encoder.js';
import type { CompressionTypes } from '../codec/compression.js';
import type { PreparedRecord } from '../codec/prepared-record.js';
import { Backoff, type RetryPolicy } from '../retry/retry-policy.js';
import type { ProduceResponsePartition } from '../wire/produce-api.js';
import type { PendingSend } from './pending-send.js';

/** What sends must have in common to share a batch. */
export interface BatchTerms {
  readonly acks: -1 | 0 | 1;
  readonly timeoutMs: number;
  readonly compression: CompressionTypes;
}

/** 2^52: what a batch can add to it still fits a number. */
const LARGEST_CHEAP_OFFSET = 4_503_599_627_370_496n;

/** Whose records stand where in the batch. */
interface Share {
  readonly send: PendingSend;
  readonly firstIndex: number;
  count: number;
}

export function sameTerms(a: BatchTerms, b: BatchTerms): boolean {
  return a === b || (a.acks === b.acks && a.timeoutMs === b.timeoutMs && a.compression === b.compression);
}

/** Records of one or many sends that go to one partition together, and stay together through every retry. */
export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  readonly terms: BatchTerms;
  readonly backoff: Backoff;
  /** Upper bound of the encoded size. Bytes. */
  size = 0;
  /** Set with the first attempt; a retry carries the same one, so that the broker knows it again. */
  producer: BatchProducer | undefined;
  /** True once an attempt ended in a way that leaves open whether the broker wrote the batch. */
  maybeWritten = false;
  /** When the wait before this attempt would have ended (`performance.now()`), had a new leader not cut it short. */
  waitWouldEnd: number | undefined;
  readonly #records: PreparedRecord[] = [];
  readonly #shares: Share[] = [];
  #encoded: Promise<Buffer> | undefined;

  constructor(topic: string, partition: number, terms: BatchTerms, retry: RetryPolicy) {
    this.topic = topic;
    this.partition = partition;
    this.terms = terms;
    this.backoff = new Backoff(retry);
  }

  get recordCount(): number {
    return this.#records.length;
  }

  /** A batch takes no more records once it has been encoded. */
  get isSealed(): boolean {
    return this.#encoded !== undefined;
  }

  add(record: PreparedRecord, send: PendingSend): void {
    const last = this.#shares.at(-1);
    if (last?.send === send) {
      last.count += 1;
    } else {
      this.#shares.push({ send, firstIndex: this.#records.length, count: 1 });
    }
    this.#records.push(record);
    this.size += record.size;
  }

  /** The bytes for the wire, encoded once. */
  encode(isTransactional: boolean): Promise<Buffer> {
    this.#encoded ??= encodeRecordBatch(this.#records, {
      ...(this.producer ?? NO_PRODUCER),
      compression: this.terms.compression,
      isTransactional,
    });
    return this.#encoded;
  }

  /** Gives the batch to another producer identity. Only if it is certain that it was not written under the old one. */
  async restamp(producer: BatchProducer): Promise<void> {
    this.producer = producer;
    if (this.#encoded !== undefined) {
      restampRecordBatch(await this.#encoded, producer);
    }
  }

  /** `response` is undefined where nobody acknowledges (acks 0). */
  succeed(response: ProduceResponsePartition | undefined): void {
    if (response === undefined) {
      for (const { send, count } of this.#shares) {
        send.succeed(count, undefined);
      }
      return;
    }
    const { topic: topicName, partition } = this;
    const logAppendTime = String(response.logAppendTime);
    const logStartOffset = String(response.logStartOffset);
    // A broker that recognises a batch it wrote long ago no longer knows its offset, and says -1.
    const offsetOf = offsetsFrom(response.baseOffset);
    for (const { send, firstIndex, count } of this.#shares) {
      const offset = offsetOf(firstIndex);
      send.succeed(count, {
        topicName,
        partition,
        errorCode: 0,
        baseOffset: offset,
        offset,
        logAppendTime,
        logStartOffset,
      });
    }
  }

  fail(error: Error): void {
    for (const { send, count } of this.#shares) {
      send.fail(count, error);
    }
  }
}

/** Decimal offsets of a batch's records; big integers only for offsets that a number cannot hold. */
function offsetsFrom(baseOffset: bigint): (index: number) => string {
  if (baseOffset < 0n) {
    return () => '-1';
  }
  if (baseOffset < LARGEST_CHEAP_OFFSET) {
    const base = Number(baseOffset);
    return index => String(base + index);
  }
  return index => String(baseOffset + BigInt(index));
}
