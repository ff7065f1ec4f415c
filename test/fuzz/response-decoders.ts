import type { WireApi } from '../../packages/kafkajs-platformatic/src/wire/api.js';
import * as libraryApis from '../../packages/kafkajs-platformatic/src/wire/apis.js';
import { FetchApi } from '../../packages/kafkajs-platformatic/src/wire/fetch-api.js';
import { Reader } from '../../packages/kafkajs-platformatic/src/wire/platformatic.js';
import { ProduceApi } from '../../packages/kafkajs-platformatic/src/wire/produce-api.js';
import type { RequestChannel } from '../../packages/kafkajs-platformatic/src/wire/request-channel.js';

/** Reads the body of one response as a connection does. */
export interface ResponseDecoder {
  readonly name: string;
  readonly apiKey: number;
  readonly apiVersion: number;
  decode(body: Buffer): void;
}

/** One for each API and version that the client speaks. */
export function responseDecoders(): ResponseDecoder[] {
  const apis = [...Object.values(libraryApis), FetchApi, ProduceApi] as WireApi<readonly unknown[], unknown>[];
  return apis.flatMap(api => api.versions.map(version => decoderOf(api, version)));
}

function decoderOf(api: WireApi<readonly unknown[], unknown>, version: number): ResponseDecoder {
  let decode: ((body: Buffer) => void) | undefined;
  const channel: RequestChannel = {
    send(key, apiVersion, _create, parse, _requestTags, responseTags) {
      decode = body => {
        const reader = Reader.from(body);
        if (responseTags) {
          reader.readTaggedFields();
        }
        parse(1, key, apiVersion, reader);
      };
    },
  };
  // What is asked does not matter: the request is never encoded.
  api.send(channel, version, [{ acks: -1, topics: [] }], () => {});
  if (decode === undefined) {
    throw new Error(`${api.name} version ${version} sends nothing`);
  }
  return { name: `${api.name} v${version}`, apiKey: api.key, apiVersion: version, decode };
}
