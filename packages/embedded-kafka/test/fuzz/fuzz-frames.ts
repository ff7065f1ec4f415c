import { readSchema, type Message } from '../../scripts/schema.mjs';
import type { ApiCodec } from '../../src/protocol/codec.js';
import { apiCodecs } from '../../src/protocol/generated/index.js';
import { Writer } from '../../src/protocol/writer.js';
import { randomMessage, randomNumbers } from '../support/random-message.js';
import { requestFrame } from '../support/wire-client.js';
import { mutate, noise } from './mutation.js';

type AnyCodec = ApiCodec<unknown, unknown, unknown, unknown>;

export interface FuzzTarget {
  readonly codec: AnyCodec;
  readonly message: Message;
  readonly version: number;
}

/** Every API that the schema knows, at every version. */
export function allTargets(): FuzzTarget[] {
  const requests = new Map(readSchema().flatMap(one => (one.kind === 'request' ? [[one.key, one] as const] : [])));
  return (apiCodecs as unknown as readonly AnyCodec[]).flatMap(codec => {
    const message = requests.get(codec.key);
    if (!message) throw new RangeError(`${codec.name} is not in the schema`);
    const { from, to } = message.versions;
    return Array.from({ length: to - from + 1 }, (_, index) => ({ codec, message, version: from + index }));
  });
}

/** A number generator of one case's own, so that a case can be repeated without those before it. */
export function randomOfCase(seed: number, index: number): () => number {
  return randomNumbers((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0);
}

/** Writes what a random message would be; the schema's order of fields, the version's layout. */
export function randomBody({ codec, message, version }: FuzzTarget, random: () => number): Buffer {
  const writer = new Writer(64);
  codec.request.write(writer, smaller(randomMessage(message, version, random)), version);
  return Buffer.concat(writer.finish());
}

/** Random strings and bytes are long where a test of the codecs wants them to be; here their number counts. */
function smaller(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 22 ? value.slice(0, 12) : value;
  if (Buffer.isBuffer(value)) return value.subarray(0, 80);
  if (Array.isArray(value)) return value.map(smaller);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, smaller(child)]));
  }
  return value;
}

/** A frame with its length: a whole request, a mutated one, or noise with or without a proper beginning. */
export function randomFrame(targets: readonly FuzzTarget[], random: () => number): Buffer {
  const target = targets[Math.floor(random() * targets.length)]!;
  const kind = random();
  if (kind < 0.05) return withLength(noise(8 + Math.floor(random() * 60), random));
  const correlationId = Math.floor(random() * 1_000);
  const request = smaller(randomMessage(target.message, target.version, random));
  const frame = requestFrame(target.codec, target.version, correlationId, request);
  if (kind < 0.35) return frame;
  if (kind < 0.4) return mutate(frame, random);
  // The header stays, so that the body is read.
  const headerBytes = 4 + 8 + 2 + 'wire-client'.length;
  const body = kind < 0.5 ? noise(Math.floor(random() * 80), random) : mutate(frame.subarray(headerBytes), random);
  return withLength(Buffer.concat([frame.subarray(4, headerBytes), body]));
}

export function withLength(payload: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}
