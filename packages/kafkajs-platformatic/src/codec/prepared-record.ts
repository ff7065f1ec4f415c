import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { IHeaders, Message } from './kafka-message.js';
import { varintSize, writeVarint } from './varint.js';

/** A message that has been checked and measured; encoding it cannot fail any more. */
export interface PreparedRecord {
  readonly key: Buffer | string | null;
  /** Bytes; -1 for null. */
  readonly keyLength: number;
  readonly value: Buffer | string | null;
  readonly valueLength: number;
  /** The header fields as they stand in the record, without their count. */
  readonly headers: Buffer | undefined;
  readonly headerCount: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Upper bound of the encoded record, in bytes. */
  readonly size: number;
}

/** Lengths, deltas and attributes of a record are never longer than this together. Bytes. */
const RECORD_OVERHEAD = 36;

/**
 * Checks one message.
 * @param index position in the caller's `messages`, for the error.
 * @throws KafkaJSNonRetriableError naming topic, index and field. Nothing has been sent then.
 */
export function prepareRecord(topic: string, index: number, message: Message, now: number): PreparedRecord {
  if (typeof message !== 'object' || message === null) {
    throw invalid(topic, index, `is ${describe(message)}, not an object with a "value"`);
  }
  const { key = null, value, headers } = message;
  if (value === undefined) {
    throw invalid(topic, index, 'has no "value"; a tombstone is written with null');
  }
  const keyLength = byteLength(topic, index, 'key', key);
  const valueLength = byteLength(topic, index, 'value', value);
  const timestamp = parseTimestamp(topic, index, message.timestamp, now);
  const encodedHeaders = headers == null ? undefined : encodeHeaders(topic, index, headers);
  return {
    key,
    keyLength,
    value,
    valueLength,
    headers: encodedHeaders?.bytes,
    headerCount: encodedHeaders?.count ?? 0,
    timestamp,
    size: RECORD_OVERHEAD + Math.max(keyLength, 0) + Math.max(valueLength, 0) + (encodedHeaders?.bytes.length ?? 0),
  };
}

function byteLength(topic: string, index: number, field: string, data: unknown): number {
  if (typeof data === 'string') {
    return Buffer.byteLength(data);
  }
  if (data === null) {
    return -1;
  }
  if (Buffer.isBuffer(data)) {
    return data.length;
  }
  throw invalid(topic, index, `has a ${field} that is ${describe(data)}; serialize it to a string or a Buffer first`);
}

function parseTimestamp(topic: string, index: number, timestamp: unknown, now: number): number {
  if (timestamp === undefined || timestamp === null || timestamp === '') {
    return now;
  }
  const parsed = typeof timestamp === 'string' && /^\d+$/.test(timestamp) ? Number(timestamp) : timestamp;
  if (typeof parsed !== 'number' || !Number.isSafeInteger(parsed) || parsed < 0) {
    throw invalid(
      topic,
      index,
      `has the timestamp ${JSON.stringify(String(timestamp))}; write milliseconds since the epoch as decimal digits`,
    );
  }
  return parsed;
}

interface EncodedHeaders {
  readonly bytes: Buffer;
  readonly count: number;
}

function encodeHeaders(topic: string, index: number, headers: IHeaders): EncodedHeaders {
  const fields: (readonly [name: Buffer, value: Buffer | null])[] = [];
  let size = 0;
  const add = (name: string, value: unknown): void => {
    const encoded = headerValue(topic, index, name, value);
    const encodedName = Buffer.from(name);
    size += varintSize(encodedName.length) + encodedName.length;
    size += encoded === null ? 1 : varintSize(encoded.length) + encoded.length;
    fields.push([encodedName, encoded]);
  };
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (Array.isArray(value)) {
      for (const single of value) {
        add(name, single);
      }
    } else {
      add(name, value);
    }
  }
  const bytes = Buffer.allocUnsafe(size);
  let position = 0;
  for (const [name, value] of fields) {
    position = writeVarint(bytes, position, name.length);
    position += name.copy(bytes, position);
    position = writeVarint(bytes, position, value === null ? -1 : value.length);
    position += value === null ? 0 : value.copy(bytes, position);
  }
  return { bytes, count: fields.length };
}

function headerValue(topic: string, index: number, name: string, value: unknown): Buffer | null {
  if (value === undefined || value === null) {
    return null;
  }
  if (typeof value === 'string') {
    return Buffer.from(value);
  }
  if (Buffer.isBuffer(value)) {
    return value;
  }
  throw invalid(topic, index, `has a header "${name}" that is ${describe(value)}; make it a string or a Buffer`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) {
    return String(value);
  }
  const { constructor } = Object(value) as { constructor?: { name?: string } };
  return typeof value === 'object' ? `an object (${constructor?.name ?? 'without class'})` : `a ${typeof value}`;
}

function invalid(topic: string, index: number, fault: string): KafkaJSNonRetriableError {
  return new KafkaJSNonRetriableError(`Message ${index} for topic "${topic}" ${fault}`);
}
