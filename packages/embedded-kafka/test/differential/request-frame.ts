import { Writer } from '../../src/protocol/writer.js';
import type { AnyCodec } from './any-codec.js';

export interface RequestHeader {
  readonly key: number;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string | null;
}

/** Length, header and body, the latter as bytes: whatever they are. */
export function frameOf(header: RequestHeader, isFlexible: boolean, body: Buffer): Buffer {
  const writer = new Writer();
  writer.int16(header.key);
  writer.int16(header.version);
  writer.int32(header.correlationId);
  writer.nullableString(header.clientId, false);
  if (isFlexible) writer.uvarint(0);
  writer.raw(body);
  return withLength(Buffer.concat(writer.finish()));
}

export function requestFrame(codec: AnyCodec, header: Omit<RequestHeader, 'key'>, request: unknown): Buffer {
  const writer = new Writer();
  codec.request.write(writer, request, header.version);
  const isFlexible = header.version >= codec.flexibleVersion;
  return frameOf({ ...header, key: codec.key }, isFlexible, Buffer.concat(writer.finish()));
}

export function withLength(payload: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}
