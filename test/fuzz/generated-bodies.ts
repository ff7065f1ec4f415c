import { readSchema, type Message } from '../../packages/embedded-kafka/scripts/schema.mjs';
import type { ApiCodec } from '../../packages/embedded-kafka/src/protocol/codec.js';
import { apiCodecs } from '../../packages/embedded-kafka/src/protocol/generated/index.js';
import { Writer } from '../../packages/embedded-kafka/src/protocol/writer.js';
import { randomOfCase } from '../../packages/embedded-kafka/test/fuzz/fuzz-frames.js';
import { randomMessage } from '../../packages/embedded-kafka/test/support/random-message.js';

const BODIES = 4;

/** Well-formed responses of one API and version, with values at random in every field, as the embedded broker would write them. */
export class GeneratedBodies {
  readonly #codecs: ReadonlyMap<number, ApiCodec<unknown, unknown, unknown, unknown>>;
  readonly #responses: ReadonlyMap<number, Message>;

  constructor() {
    const codecs = apiCodecs as unknown as readonly ApiCodec<unknown, unknown, unknown, unknown>[];
    this.#codecs = new Map(codecs.map(codec => [codec.key, codec]));
    this.#responses = new Map(
      readSchema().flatMap(message =>
        message.kind === 'response' && message.key !== undefined ? [[message.key, message] as const] : [],
      ),
    );
  }

  /** @returns nothing for a version that the embedded broker does not know */
  of(apiKey: number, apiVersion: number): Buffer[] {
    const codec = this.#codecs.get(apiKey);
    const response = this.#responses.get(apiKey);
    if (codec === undefined || response === undefined || apiVersion < response.versions.from) {
      return [];
    }
    return Array.from({ length: BODIES }, (_, index) => {
      const writer = new Writer(64);
      const random = randomOfCase(apiKey * 100 + apiVersion, index);
      codec.response.write(writer, shorter(randomMessage(response, apiVersion, random)), apiVersion);
      return Buffer.concat(writer.finish());
    });
  }
}

/** Long strings would leave no mutation for what is between them. */
function shorter(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length > 22 ? value.slice(0, 12) : value;
  }
  if (Buffer.isBuffer(value)) {
    return value.subarray(0, 80);
  }
  if (Array.isArray(value)) {
    return value.map(shorter);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, shorter(child)]));
  }
  return value;
}
