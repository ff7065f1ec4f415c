import type { AnyApi } from '../api/api.js';
import { Writer } from '../protocol/writer.js';
import { API_VERSIONS_KEY } from './request-header.js';

/**
 * A response as it goes to the socket: length, header, body. Header version 1 adds tagged fields for flexible versions,
 * but ApiVersions always has version 0, since its reader does not know yet what we speak (KIP-511).
 */
export function responseFrame(api: AnyApi, version: number, correlationId: number, response: unknown): Buffer[] {
  const writer = new Writer();
  writer.int32(0);
  writer.int32(correlationId);
  if (version >= api.codec.flexibleVersion && api.key !== API_VERSIONS_KEY) writer.uvarint(0);
  api.codec.response.write(writer, response, version);
  const size = writer.length - 4;
  const parts = writer.finish();
  parts[0]?.writeInt32BE(size, 0);
  return parts;
}
