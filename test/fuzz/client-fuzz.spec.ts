import { describe, expect, it } from 'vitest';
import { fuzzClients } from './client-fuzz.js';

/** `npm run fuzz -- --cases N --seed S` sets these; without it a short run is part of `npm test`. */
const cases = Number(process.env['FUZZ_CASES'] ?? 15_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const isLong = process.env['FUZZ_CASES'] !== undefined;
const MAX_RSS_BYTES = 1_500_000_000;

describe(`hostile answers, seed ${seed}`, () => {
  it('end in an answer or an error, in time and in bounded memory, whatever reads them', { timeout: 0 }, async () => {
    const result = await fuzzClients(seed, cases);
    const { seconds, decoders, answered, refused, connections, maxRssBytes } = result;
    if (isLong) {
      console.log(
        `${result.cases} answers for ${decoders} decoders of the clients in ${Math.round(seconds)} s, ` +
          `${Math.round(result.cases / seconds)} a second: ${answered} read, ${refused} refused, ` +
          `${connections} connections ended, ${Math.round(maxRssBytes / 1_048_576)} MiB RSS at most`,
      );
    }
    expect(result.failures).toEqual([]);
    expect(result.cases).toBe(cases);
    expect(result.withoutSeeds).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    expect(connections).toBeGreaterThan(0);
    expect(maxRssBytes).toBeLessThan(MAX_RSS_BYTES);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
