import { describe, expect, it } from 'vitest';
import { fuzzDecoders } from './decoder-fuzz.js';
import { fuzzSockets } from './socket-fuzz.js';

/** `npm run fuzz -- --cases N --seed S` sets these; without it a short run is part of `npm test`. */
const cases = Number(process.env['FUZZ_CASES'] ?? 20_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const isLong = process.env['FUZZ_CASES'] !== undefined;
/** One of these for so many of the decoders'. */
const SOCKET_SHARE = 10;
const MAX_RSS_BYTES = 1_500_000_000;

const rate = (count: number, seconds: number): string => `${Math.round(count / seconds).toLocaleString('en')} a second`;

describe(`hostile input, seed ${seed}`, () => {
  it(`is refused by every decoder, in time, with the error that is meant for it`, { timeout: 0 }, () => {
    const result = fuzzDecoders(seed, cases);
    if (isLong) console.log(`${result.cases} cases without sockets, ${rate(result.cases, result.seconds)}`);
    expect(result.failures).toEqual([]);
    expect(result.cases).toBe(cases);
  });

  it('ends its own connection at most, and no other client notices', { timeout: 0 }, async () => {
    const result = await fuzzSockets(seed, Math.ceil(cases / SOCKET_SHARE));
    const { seconds, disconnected, served, maxRssBytes } = result;
    if (isLong) {
      const rss = `${Math.round(maxRssBytes / 1_048_576)} MiB RSS at most`;
      console.log(
        `${result.cases} frames on sockets, ${rate(result.cases, seconds)}, ${disconnected} disconnected, ${served} innocent requests served, ${rss}`,
      );
    }
    expect(result.failures).toEqual([]);
    expect(disconnected).toBeGreaterThan(0);
    expect(served).toBeGreaterThan(0);
    expect(maxRssBytes).toBeLessThan(MAX_RSS_BYTES);
  });
});
