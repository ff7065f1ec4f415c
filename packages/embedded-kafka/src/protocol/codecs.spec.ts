import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSchema, type Message } from '../../scripts/schema.mjs';
import { randomMessage, randomNumbers } from '../../test/support/random-message.js';
import type { ApiCodec, Codec } from './codec.js';
import { apiCodecs } from './generated/index.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

type AnyCodec = Codec<unknown, unknown>;
const codecs = new Map(
  (apiCodecs as unknown as ApiCodec<unknown, unknown, unknown, unknown>[]).map(codec => [codec.key, codec]),
);
const messages = readSchema().filter(message => message.key !== undefined);

function codecOf(message: Message): AnyCodec {
  const api = codecs.get(message.key ?? -1);
  if (!api) throw new Error(`No codec for ${message.name}`);
  return message.kind === 'request' ? api.request : api.response;
}

function encode(codec: AnyCodec, value: unknown, version: number): Buffer {
  const writer = new Writer(16);
  codec.write(writer, value, version);
  return Buffer.concat(writer.finish());
}

const versionsOf = ({ versions }: Message): number[] =>
  Array.from({ length: versions.to - versions.from + 1 }, (_, index) => versions.from + index);

describe('the generated codecs', () => {
  it('are what the generator makes of the committed schema', () => {
    const script = fileURLToPath(new URL('../../scripts/generate-protocol.mjs', import.meta.url));
    expect(execFileSync(process.execPath, [script, '--check']).toString()).toMatch(/^\d+ files are fresh/);
  });

  it('cover every request and response of the schema', () => {
    expect(messages.length).toBe(codecs.size * 2);
    expect(codecs.size).toBeGreaterThan(60);
  });

  it.each(messages.map(message => [message.name, message] as const))(
    'read back what they wrote in every version of %s',
    (_, message) => {
      const codec = codecOf(message);
      const random = randomNumbers(message.name.length * 1_000 + (message.key ?? 0));
      for (const version of versionsOf(message)) {
        for (let round = 0; round < 5; round++) {
          const value = randomMessage(message, version, random);
          const bytes = encode(codec, value, version);
          const reader = new Reader(bytes);
          expect(codec.read(reader, version), `version ${version}`).toEqual(value);
          expect(reader.remaining).toBe(0);
        }
      }
    },
  );

  it('refuse every truncation of every message, and never read past its end', () => {
    const random = randomNumbers(7);
    let refused = 0;
    for (const message of messages) {
      const codec = codecOf(message);
      const version = message.versions.to;
      const bytes = encode(codec, randomMessage(message, version, random), version);
      const step = Math.max(1, Math.floor(bytes.length / 50));
      for (let length = 0; length < bytes.length; length += step) {
        const readCut = (): unknown => codec.read(new Reader(bytes.subarray(0, length)), version);
        expect(readCut).toThrow(MalformedMessageError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });

  it('survive flipped bytes with a value or a refusal, nothing else', () => {
    const random = randomNumbers(11);
    for (const message of messages) {
      const codec = codecOf(message);
      const version = message.versions.to;
      const original = encode(codec, randomMessage(message, version, random), version);
      for (let round = 0; round < 50; round++) {
        const bytes = Buffer.from(original);
        for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips--) {
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        }
        try {
          codec.read(new Reader(bytes), version);
        } catch (error) {
          expect(error, `${message.name} ${bytes.toString('hex')}`).toBeInstanceOf(MalformedMessageError);
        }
      }
    }
  });

  it('keep a tagged field that is unknown from disturbing those that follow', () => {
    const api = codecs.get(18);
    const writer = new Writer();
    writer.string('client', true);
    writer.string('1.0', true);
    writer.uvarint(1);
    writer.uvarint(77);
    writer.uvarint(3);
    writer.raw(Buffer.from('abc'));
    expect(api?.request.read(new Reader(Buffer.concat(writer.finish())), 4)).toEqual({
      clientSoftwareName: 'client',
      clientSoftwareVersion: '1.0',
    });
  });
});
