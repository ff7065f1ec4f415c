import type { EachMessagePayload, IHeaders, KafkaMessage } from 'kafkajs-platformatic';
import { DeadLetterHeaders } from '../../delivery/dead-letter/dead-letter-headers.js';
import type { Selection } from '../command-line.js';

/** A message of a dead letter topic, and what its headers tell of it. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly message: KafkaMessage;
  /** Where it was; `undefined` if no header says so. */
  readonly originalTopic: string | undefined;
  readonly originalPartition: number | undefined;
  readonly originalOffset: string | undefined;
  readonly exception: string | undefined;
  readonly reason: string | undefined;
  readonly handler: string | undefined;
  readonly attempt: string | undefined;
}

const OURS: ReadonlySet<string> = new Set(Object.values(DeadLetterHeaders));

export function deadLetterOf({ topic, partition, message }: EachMessagePayload): DeadLetter {
  const header = (name: string): string | undefined => lastText(message.headers[name]);
  const originalPartition = header(DeadLetterHeaders.PARTITION);
  return {
    topic,
    partition,
    offset: message.offset,
    message,
    originalTopic: header(DeadLetterHeaders.TOPIC),
    originalPartition:
      originalPartition !== undefined && /^\d+$/.test(originalPartition) ? Number(originalPartition) : undefined,
    originalOffset: header(DeadLetterHeaders.OFFSET),
    exception: header(DeadLetterHeaders.EXCEPTION),
    reason: header(DeadLetterHeaders.MESSAGE),
    handler: header(DeadLetterHeaders.HANDLER),
    attempt: header(DeadLetterHeaders.ATTEMPT),
  };
}

/** The headers that the message had before it was given up. */
export function originalHeaders(headers: IHeaders): IHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OURS.has(name)));
}

export function isSelected(letter: DeadLetter, selection: Selection): boolean {
  return (
    among(selection.partitions, letter.partition) &&
    among(selection.offsets, BigInt(letter.offset)) &&
    among(selection.exceptions, letter.exception) &&
    among(selection.originals, letter.originalTopic) &&
    among(selection.handlers, letter.handler)
  );
}

function among<T>(wanted: readonly T[], value: T | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

/** A header that came more than once counts by its last value, as in Kafka's own clients. */
export function lastText(value: IHeaders[string]): string | undefined {
  const single = Array.isArray(value) ? value.at(-1) : value;
  return single === undefined || single === null ? undefined : single.toString();
}
