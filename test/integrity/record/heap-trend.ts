import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One measurement of what is alive. */
export interface HeapSample {
  /** Milliseconds since the first one. */
  readonly at: number;
  readonly bytes: number;
}

/** The part of a run, from its start, in which caches and compiled code still grow. */
const WARM_UP = 0.2;

/** What lives on the heap during a run, each time after a full collection. */
export class HeapTrend {
  readonly samples: HeapSample[] = [];
  private readonly startedAt = Date.now();
  private readonly collect: () => void;

  constructor() {
    // The test runner is not started with --expose-gc; without a collection the heap says when V8 last felt like one.
    setFlagsFromString('--expose-gc');
    this.collect = runInNewContext('gc') as () => void;
  }

  measure(): HeapSample {
    this.collect();
    const sample = { at: Date.now() - this.startedAt, bytes: process.memoryUsage().heapUsed };
    this.samples.push(sample);
    return sample;
  }
}

/** Bytes an hour by the line that fits best, the warm-up left out. */
export function slopeOf(samples: readonly HeapSample[]): number {
  const steady = samples.slice(Math.floor(samples.length * WARM_UP));
  if (steady.length < 2) {
    return Number.NaN;
  }
  const at = meanOf(steady.map(sample => sample.at));
  const bytes = meanOf(steady.map(sample => sample.bytes));
  const together = steady.reduce((sum, sample) => sum + (sample.at - at) * (sample.bytes - bytes), 0);
  const spread = steady.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0);
  return (together / spread) * 3_600_000;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
