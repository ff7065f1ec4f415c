import type { AnyApi } from '../api/api.js';
import type { ApiTable } from '../api/api-table.js';
import { MalformedMessageError } from '../protocol/malformed-message-error.js';
import { Reader } from '../protocol/reader.js';

export const API_VERSIONS_KEY = 18;

export interface ParsedHeader {
  readonly api: AnyApi;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** Stands at the body; undefined if the version is not served, in which case the body has an unknown layout. */
  readonly body: Reader | undefined;
}

/**
 * Reads a request's header (versions 1 and 2). The client id keeps its old two-byte length in flexible versions too.
 *
 * `body` is undefined only for ApiVersions in a version that we do not know, which must be answered nevertheless
 * (KIP-511): of such a request no more than key, version and correlation id are read.
 * @throws MalformedMessageError for any other key or version that is not served
 */
export function parseRequestHeader(frame: Buffer, apis: ApiTable): ParsedHeader {
  const reader = new Reader(frame);
  const key = reader.int16();
  const version = reader.int16();
  const correlationId = reader.int32();
  const api = apis.get(key);
  if (api === undefined) throw new MalformedMessageError(`API key ${key} (version ${version}) is not served here`);
  if (version < api.minVersion || version > api.maxVersion) {
    if (key === API_VERSIONS_KEY) return { api, version, correlationId, clientId: null, body: undefined };
    throw new MalformedMessageError(
      `${api.name} (key ${key}) version ${version} is not served here, only ${api.minVersion} to ${api.maxVersion} are`,
    );
  }
  const clientId = reader.nullableString(false);
  if (version >= api.codec.flexibleVersion) reader.skipTaggedFields();
  return { api, version, correlationId, clientId, body: reader };
}
