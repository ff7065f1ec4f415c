import { describe, expect, it } from 'vitest';
import { readSchema } from '../../scripts/schema.mjs';
import { randomMessage, randomNumbers } from '../../test/support/random-message.js';
import type { ApiCodec } from '../protocol/codec.js';
import { apiCodecs } from '../protocol/generated/index.js';
import { Reader } from '../protocol/reader.js';
import { Writer } from '../protocol/writer.js';
import { refusals, type Refuse } from './refusals.js';

const ERROR_CODE = 16;
const requests = readSchema().filter(({ kind }) => kind === 'request');
const codecs = apiCodecs as unknown as ApiCodec<unknown, unknown, unknown, unknown>[];

/** Every error code in an answer, wherever it stands. */
function errorCodesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(errorCodesIn);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    /^(?:partitionE|e)rrorCode$/.test(name) ? [inner] : errorCodesIn(inner),
  );
}

function refusedIn(codec: (typeof codecs)[number], refuse: Refuse, version: number, seed: number): unknown {
  const message = requests.find(({ key }) => key === codec.key);
  if (!message) throw new Error(`The schema has no request of ${codec.name}`);
  const writer = new Writer();
  const request = randomMessage(message, version, randomNumbers(seed));
  codec.response.write(writer, refuse(request, ERROR_CODE, version), version);
  const reader = new Reader(Buffer.concat(writer.finish()));
  const response = codec.response.read(reader, version);
  expect(reader.remaining).toBe(0);
  return response;
}

describe('the answers that say nothing but an error', () => {
  it.each([...refusals])('can be read in every version of %s, and have no other error', (name, refuse) => {
    const codec = codecs.find(each => each.name === name);
    if (!codec) throw new Error(`There is no API named ${name}`);
    const seen = new Set<unknown>();
    for (let version = codec.minVersion; version <= codec.maxVersion; version++) {
      for (let seed = 1; seed <= 10; seed++) {
        for (const errorCode of errorCodesIn(refusedIn(codec, refuse, version, seed))) seen.add(errorCode);
      }
    }
    // A field that a version lacks reads as 0, which only concerns those that have their errors further inside.
    seen.delete(0);
    expect([...seen]).toEqual([ERROR_CODE]);
  });
});
