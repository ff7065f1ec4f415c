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
  const names = Object.keys(headers);
  let size = 0;
  let count = 0;
  for (const name of names) {
    const nameLength = Buffer.byteLength(name);
    const value: unknown = headers[name];
    const values = Array.isArray(value) ? value : undefined;
    const times = values?.length ?? 1;
    for (let i = 0; i < times; i++) {
      const length = headerLength(topic, index, name, values === undefined ? value : values[i]);
      size += varintSize(nameLength) + nameLength + varintSize(length) + Math.max(length, 0);
    }
    count += times;
  }
  const bytes = Buffer.allocUnsafe(size);
  let position = 0;
  for (const name of names) {
    const value: unknown = headers[name];
    if (Array.isArray(value)) {
      for (const single of value) {
        position = writeHeader(bytes, position, name, single as HeaderValue);
      }
    } else {
      position = writeHeader(bytes, position, name, value as HeaderValue);
    }
  }
  return { bytes, count };
}

type HeaderValue = string | Buffer | null | undefined;

/** Bytes; -1 for null. */
function headerLength(topic: string, index: number, name: string, value: unknown): number {
  if (value === undefined || value === null) {
    return -1;
  }
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  if (Buffer.isBuffer(value)) {
    return value.length;
  }
  throw invalid(topic, index, `has a header "${name}" that is ${describe(value)}; make it a string or a Buffer`);
}

function writeHeader(bytes: Buffer, start: number, name: string, value: HeaderValue): number {
  const position = writeText(bytes, start, name);
  if (typeof value === 'string') {
    return writeText(bytes, position, value);
  }
  if (value === undefined || value === null) {
    return writeVarint(bytes, position, -1);
  }
  const begin = writeVarint(bytes, position, value.length);
  return begin + value.copy(bytes, begin);
}

function writeText(bytes: Buffer, start: number, text: string): number {
  const position = writeVarint(bytes, start, Buffer.byteLength(text));
  return position + bytes.write(text, position);
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
