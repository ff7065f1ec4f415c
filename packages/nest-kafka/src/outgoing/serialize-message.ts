import type { Serializer } from '@nestjs/microservices';
import { isPromise } from '../is-promise.js';
import { encodeValue } from './encode-value.js';
import { KafkaRecord, type KafkaRecordOptions } from './kafka-record.js';
import { type OutgoingMessage, RecordSerializer } from './record-serializer.js';

/**
 * Makes the record for what a caller or handler gave. Settles at once with the default serializer, later with one that
 * is asynchronous.
 *
 * The result is always an object of our own: what a serializer returned, or a caller passed, is never written to.
 */
export function serializeMessage(
  serializer: Serializer,
  data: unknown,
  options?: Record<string, unknown>,
): OutgoingMessage | Promise<OutgoingMessage> {
  if (data instanceof KafkaRecord) {
    return serializeRecord(serializer, data, options);
  }
  if (serializer instanceof RecordSerializer) {
    return serializer.serialize(data);
  }
  const serialized: unknown = serializer.serialize(data, options);
  return isPromise(serialized) ? Promise.resolve(serialized).then(ownMessage) : ownMessage(serialized);
}

function serializeRecord(
  serializer: Serializer,
  record: KafkaRecord,
  options: Record<string, unknown> | undefined,
): OutgoingMessage | Promise<OutgoingMessage> {
  // The value of a record is a value, whatever it looks like; only a serializer of the application may think otherwise.
  if (serializer instanceof RecordSerializer) {
    return withParts({ value: encodeValue(record.value), headers: {} }, record.options);
  }
  const serialized: unknown = serializer.serialize(record.value, options);
  return isPromise(serialized)
    ? Promise.resolve(serialized).then(message => withParts(ownMessage(message), record.options))
    : withParts(ownMessage(serialized), record.options);
}

function withParts(message: OutgoingMessage, parts: Readonly<KafkaRecordOptions>): OutgoingMessage {
  if (parts.key !== undefined) {
    message.key = encodeValue(parts.key);
  }
  if (parts.headers !== undefined) {
    Object.assign(message.headers, parts.headers);
  }
  if (parts.partition !== undefined) {
    message.partition = parts.partition;
  }
  if (parts.timestamp !== undefined) {
    message.timestamp = parts.timestamp;
  }
  return message;
}

function ownMessage(serialized: unknown): OutgoingMessage {
  if (typeof serialized !== 'object' || serialized === null || Buffer.isBuffer(serialized)) {
    return { value: encodeValue(serialized), headers: {} };
  }
  const message = serialized as OutgoingMessage;
  return { ...message, headers: { ...message.headers } };
}
