import { describe, expect, it } from 'vitest';
import { fuzzDecoders } from './decoder-fuzz.js';
import { fuzzDispatch } from './dispatch-fuzz.js';
import { fuzzSockets } from './socket-fuzz.js';

/** `npm run fuzz -- --cases N --seed S` sets these; without it a short run is part of `npm test`. */
const cases = Number(process.env['FUZZ_CASES'] ?? 20_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const isLong = process.env['FUZZ_CASES'] !== undefined;
/** Of all cases; the rest is read by decoders alone. */
const DISPATCH_SHARE = 0.3;
const SOCKET_SHARE = 0.05;
const MAX_RSS_BYTES = 1_500_000_000;

const onSockets = Math.ceil(cases * SOCKET_SHARE);
const dispatched = Math.ceil(cases * DISPATCH_SHARE);

const rate = (count: number, seconds: number): string => `${Math.round(count / seconds).toLocaleString('en')} a second`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB RSS at most`;

describe(`hostile input, seed ${seed}`, () => {
  it(`is refused by every decoder, in time, with the error that is meant for it`, { timeout: 0 }, () => {
    const result = fuzzDecoders(seed, cases - dispatched - onSockets);
    if (isLong) console.log(`${result.cases} messages by decoders, ${rate(result.cases, result.seconds)}`);
    expect(result.failures).toEqual([]);
    expect(result.cases).toBe(cases - dispatched - onSockets);
  });

  it('is handled by the broker as if it came from sockets, without harm to anyone', { timeout: 0 }, async () => {
    const result = await fuzzDispatch(seed, dispatched);
    const { seconds, disconnected, answered, maxRssBytes } = result;
    if (isLong) {
      console.log(
        `${result.cases} frames without sockets, ${rate(result.cases, seconds)}, ${answered} answered, ${disconnected} disconnected, ${mebibytes(maxRssBytes)}`,
      );
    }
    expect(result.failures).toEqual([]);
    expect(result.cases).toBe(dispatched);
    expect(disconnected).toBeGreaterThan(0);
    expect(answered).toBeGreaterThan(0);
    expect(maxRssBytes).toBeLessThan(MAX_RSS_BYTES);
  });

  it('ends its own connection at most, and no other client notices', { timeout: 0 }, async () => {
    const result = await fuzzSockets(seed, onSockets);
    const { seconds, disconnected, served, maxRssBytes } = result;
    if (isLong) {
      console.log(
        `${result.cases} frames on sockets, ${rate(result.cases, seconds)}, ${disconnected} disconnected, ${served} innocent requests served, ${mebibytes(maxRssBytes)}`,
      );
    }
    expect(result.failures).toEqual([]);
    expect(disconnected).toBeGreaterThan(0);
    expect(served).toBeGreaterThan(0);
    expect(maxRssBytes).toBeLessThan(MAX_RSS_BYTES);
  });
});
