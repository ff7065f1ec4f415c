import { describe, expect, it } from 'vitest';
import { mutate } from '../../packages/embedded-kafka/test/fuzz/mutation.js';
import { byteReaders, type ByteReader } from './other-decoders.js';
import { recordFrames } from './recorded-frames.js';
import { responseDecoders } from './response-decoders.js';

/** `npm run fuzz -- --cases N --seed S` sets these; without it a short run is part of `npm test`. */
const cases = Number(process.env['FUZZ_CASES'] ?? 20_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const FETCH = 1;
/** Of the cases that start from what a broker sent; the others are bytes at random. */
const MUTATED = 0.8;
/** Milliseconds that a case may take, a busy machine included. */
const LONGEST = 2_000;
const MAX_RSS_BYTES = 1_500_000_000;
const CASES_BETWEEN_LOOKS = 10_000;

describe(`hostile answers, seed ${seed}`, () => {
  it(
    'are refused by every decoder of the clients, in time, by an error, in bounded memory',
    { timeout: 0 },
    async () => {
      const frames = await recordFrames();
      const fetched = frames.filter(({ apiKey }) => apiKey === FETCH).map(({ body }) => body);
      const readers: ByteReader[] = [
        ...responseDecoders().map(({ name, apiKey, apiVersion, decode }) => ({
          name,
          seeds: frames.filter(frame => frame.apiKey === apiKey && frame.apiVersion === apiVersion).map(f => f.body),
          read: decode,
        })),
        ...byteReaders(batchesIn(fetched)),
      ];
      expect(readers.filter(({ seeds }) => seeds.length > 0).length).toBeGreaterThan(30);
      const random = seeded(seed);
      const failures: string[] = [];
      let maxRss = 0;
      let refused = 0;
      const began = performance.now();
      for (let i = 0; i < cases && failures.length < 10; i++) {
        const reader = readers[i % readers.length] as ByteReader;
        const bytes = input(reader, random);
        const started = performance.now();
        try {
          reader.read(bytes);
        } catch (error) {
          refused++;
          if (!(error instanceof Error)) {
            failures.push(`case ${i}, ${reader.name}: threw ${String(error)} at ${bytes.toString('hex')}`);
          }
        }
        const took = performance.now() - started;
        if (took > LONGEST) {
          failures.push(
            `case ${i}, ${reader.name}: took ${Math.round(took)} ms for ${bytes.toString('hex').slice(0, 400)}`,
          );
        }
        if (i % CASES_BETWEEN_LOOKS === 0) {
          maxRss = Math.max(maxRss, process.memoryUsage.rss());
          // So that a worker that is asked whether it lives can answer.
          await new Promise(resolve => setImmediate(resolve));
        }
      }
      if (process.env['FUZZ_CASES'] !== undefined) {
        const seconds = (performance.now() - began) / 1_000;
        console.log(
          `${cases} answers by ${readers.length} decoders of the clients, ${Math.round(cases / seconds)} a second, ` +
            `${refused} refused, ${Math.round(maxRss / 1_048_576)} MiB RSS at most`,
        );
      }
      expect(failures).toEqual([]);
      expect(refused).toBeGreaterThan(0);
      expect(maxRss).toBeLessThan(MAX_RSS_BYTES);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );
});

function input({ seeds }: ByteReader, random: () => number): Buffer {
  const start = seeds[Math.floor(random() * seeds.length)];
  if (start !== undefined && random() < MUTATED) {
    return mutate(start, random);
  }
  return Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256)));
}

/** Record batches, from the first magic byte in its place on. */
function batchesIn(bodies: readonly Buffer[]): Buffer[] {
  const found: Buffer[] = [];
  for (const body of bodies) {
    for (let at = 0; at + 61 < body.length; at++) {
      const length = body.readInt32BE(at + 8);
      if (body[at + 16] === 2 && length > 49 && at + 12 + length <= body.length) {
        found.push(body.subarray(at, at + 12 + length));
        break;
      }
    }
  }
  return found;
}

/** Mulberry32: the same seed makes the same cases. */
function seeded(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
