import { expect, it } from 'vitest';
import { percentile, retryLoad, type LoadOptions } from './retry-load.js';

/** 10000 for the figure of docs/guide/delivery.md. */
const FULL = Number(process.env['RETRY_TOPICS_MESSAGES'] ?? 0);
const SHORT = 600;
/** The ratio is the median of so many. */
const ROUNDS = 5;
/** How much longer messages that do not fail may take where others do, at the 99th percentile. */
const ALLOWED = 1.2;

/** A tenth fails twice; of those a twentieth always. */
function failuresOf(id: number): number {
  return id % 10 !== 0 ? 0 : id % 200 === 0 ? 9 : 2;
}

const shown = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;

/** What issue 9 asks of retry topics, on one ground. */
export function retryFigure(ground: () => { brokers: readonly string[]; unique(name: string): string }): void {
  const common = (name: string): Omit<LoadOptions, 'kill' | 'failuresOf'> => ({
    brokers: ground().brokers,
    name: ground().unique(name),
    messages: FULL || SHORT,
    rate: 1_000,
    delay: FULL ? 1_000 : 150,
    patience: 60_000,
  });
  const count = FULL || SHORT;

  it(
    `accounts for each of ${count} messages of which a tenth fails, over kill -9 of the service in the middle`,
    { timeout: 150_000 },
    async () => {
      const { latencies, ...outcome } = await retryLoad({ ...common('killed'), failuresOf, kill: true });
      process.stdout.write(`retry topics over kill -9: ${count} messages, ${JSON.stringify(outcome)}\n`);
      expect(outcome).toMatchObject({ lost: 0, deadLettered: count / 200 });
      expect(latencies.length).toBeGreaterThanOrEqual(count * 0.9);
    },
  );

  const measure = async (withoutFailures: boolean): Promise<readonly number[]> => {
    const { lost, latencies } = await retryLoad({
      ...common(withoutFailures ? 'none' : 'tenth'),
      // In both, the same messages are left out of account.
      failuresOf: id => (id % 10 === 0 ? 2 : 0),
      withoutFailures,
      kill: false,
    });
    expect(lost).toBe(0);
    return latencies;
  };

  it.runIf(FULL > 0)(
    `has the others of ${count} messages take no more than ${ALLOWED} times as long where a tenth fails twice`,
    { timeout: 900_000 },
    async () => {
      const ratios: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ratios.push(report(await measure(true), await measure(false)));
      }
      expect(ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]).toBeLessThan(ALLOWED);
    },
  );
}

/** @returns how many times as long the others take with failures, at the 99th percentile */
function report(none: readonly number[], tenth: readonly number[]): number {
  const [without, beside] = [percentile(none, 99), percentile(tenth, 99)];
  process.stdout.write(
    `retry topics: p99 of the others ${shown(beside)}, without failures ${shown(without)}, ${(beside / without).toFixed(2)} x; ` +
      `p50 ${shown(percentile(tenth, 50))}, without failures ${shown(percentile(none, 50))}\n`,
  );
  return beside / without;
}
