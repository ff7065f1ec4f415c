import type { WireApi } from '../../packages/kafkajs-platformatic/src/wire/api.js';
import * as libraryApis from '../../packages/kafkajs-platformatic/src/wire/apis.js';
import { CheckedReader } from '../../packages/kafkajs-platformatic/src/wire/checked-reader.js';
import { FetchApi } from '../../packages/kafkajs-platformatic/src/wire/fetch-api.js';
import * as library from '../../packages/kafkajs-platformatic/src/wire/platformatic.js';
import { ProduceApi } from '../../packages/kafkajs-platformatic/src/wire/produce-api.js';
import type { RequestChannel } from '../../packages/kafkajs-platformatic/src/wire/request-channel.js';

type Parse = (correlationId: number, apiKey: number, apiVersion: number, reader: library.Reader) => unknown;

/** Reads the body of one response as a connection does. */
export interface ResponseDecoder {
  readonly name: string;
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly hasResponseTags: boolean;
  readonly parse: Parse;
  decode(body: Buffer): void;
}

/** What the exchange of credentials uses of the library; it is not in a table of APIs. */
const saslApis = {
  'SaslHandshake v1': library.saslHandshakeV1,
  'SaslAuthenticate v0': library.saslAuthenticateV0,
  'SaslAuthenticate v1': library.saslAuthenticateV1,
  'SaslAuthenticate v2': library.saslAuthenticateV2,
};

/** One for each API and version that the client speaks. */
export function responseDecoders(): ResponseDecoder[] {
  const apis = [...Object.values(libraryApis), FetchApi, ProduceApi] as WireApi<readonly unknown[], unknown>[];
  return [
    ...apis.flatMap(api =>
      api.versions.map(version =>
        decoderOf(`${api.name} v${version}`, channel => {
          // What is asked does not matter: the request is never encoded.
          api.send(channel, version, [{ acks: -1, topics: [] }], () => {});
        }),
      ),
    ),
    ...Object.entries(saslApis).map(([name, { api }]) =>
      decoderOf(name, channel => {
        const send = api as unknown as (connection: RequestChannel, bytes: Buffer, callback: () => void) => void;
        send(channel, Buffer.alloc(0), () => {});
      }),
    ),
  ];
}

function decoderOf(name: string, ask: (channel: RequestChannel) => void): ResponseDecoder {
  const decoders: ResponseDecoder[] = [];
  ask({
    send(apiKey, apiVersion, _create, parse, _hasRequestTags, hasResponseTags) {
      const decode = (body: Buffer): void => {
        const reader = CheckedReader.over(body);
        if (hasResponseTags) {
          reader.readTaggedFields();
        }
        parse(1, apiKey, apiVersion, reader);
      };
      decoders.push({ name, apiKey, apiVersion, hasResponseTags, parse, decode });
    },
  });
  const [decoder] = decoders;
  if (decoder === undefined) {
    throw new Error(`${name} sends nothing`);
  }
  return decoder;
}
