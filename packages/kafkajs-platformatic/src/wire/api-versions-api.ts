import { libraryApi, type WireApi } from './api.js';
import { apiVersionsV0, apiVersionsV3, type Reader, ResponseError } from './platformatic.js';
import type { RequestChannel } from './request-channel.js';

export interface ApiVersionsResponse {
  readonly errorCode: number;
  readonly apiKeys: readonly { readonly apiKey: number; readonly minVersion: number; readonly maxVersion: number }[];
  readonly throttleTimeMs: number;
}

const API_VERSIONS_KEY = 18;
const FIRST_FLEXIBLE_VERSION = 3;
const ofLibrary = libraryApi<readonly [name: string, version: string], ApiVersionsResponse>(
  'ApiVersions',
  false,
  apiVersionsV3.api,
  [apiVersionsV0.api],
);

/**
 * The library's requests, and its responses but for what a broker adds of its features (tags 0 to 3), which nobody here asks
 * for: the library reads those by a reader of its own making, which believes every length (`CheckedReader` says what
 * comes of that), before anybody is authenticated.
 */
export const ApiVersionsApi: WireApi<readonly [name: string, version: string], ApiVersionsResponse> = {
  ...ofLibrary,
  send(channel, version, args, callback) {
    ofLibrary.send(version < FIRST_FLEXIBLE_VERSION ? channel : withOwnParser(channel), version, args, callback);
  },
};

function withOwnParser(channel: RequestChannel): RequestChannel {
  return {
    send: (key, version, create, _parse, requestTags, responseTags, callback) =>
      channel.send(key, version, create, parse as typeof _parse, requestTags, responseTags, callback),
  };
}

function parse(_correlationId: number, _apiKey: number, apiVersion: number, reader: Reader): ApiVersionsResponse {
  const errorCode = reader.readInt16();
  if (errorCode !== 0) {
    // A broker that does not know this version answers in the layout of version 0 (KIP-511): nothing more can be read.
    const response: ApiVersionsResponse = { errorCode, apiKeys: [], throttleTimeMs: 0 };
    throw new ResponseError(API_VERSIONS_KEY, apiVersion, { '/': [errorCode, null] }, response);
  }
  const apiKeys = reader.readArray(r => ({
    apiKey: r.readInt16(),
    minVersion: r.readInt16(),
    maxVersion: r.readInt16(),
  }));
  const throttleTimeMs = reader.readInt32();
  reader.readTaggedFields();
  return { errorCode, apiKeys, throttleTimeMs };
}
