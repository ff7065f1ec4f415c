import type { Case } from '../cases/case.js';
import type { ContestantName } from '../contestants.js';
import type { Result } from '../process/protocol.js';
import { median } from '../statistics.js';

export interface Contest {
  readonly case: Case;
  /** One entry a round, in which both contestants ran one after the other. */
  readonly rounds: Record<ContestantName, Result>[];
}

export interface Comparison {
  title: string;
  unit: string;
  builtIn: number;
  ours: number;
  /** How many times better ours is: the median of the rounds' ratios, with their lowest and highest. */
  ratio: { median: number; min: number; max: number };
  cpuMicrosecondsPerMessage: { builtIn: number; ours: number };
  peakRssMegabytes: { builtIn: number; ours: number };
}

export function compare({ case: { title, figure }, rounds }: Contest): Comparison {
  const ratios = rounds.map(round => {
    const builtIn = figure.read(round['built-in']);
    const ours = figure.read(round['nest-kafka']);
    return figure.unit === 'ms' ? builtIn / ours : ours / builtIn;
  });
  const both = (read: (result: Result) => number): { builtIn: number; ours: number } => ({
    builtIn: median(rounds.map(round => read(round['built-in']))),
    ours: median(rounds.map(round => read(round['nest-kafka']))),
  });
  return {
    title,
    unit: figure.unit,
    ...both(result => figure.read(result)),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    cpuMicrosecondsPerMessage: both(result => result.cpuMicroseconds / result.messages),
    peakRssMegabytes: both(result => result.peakRssBytes / 1024 / 1024),
  };
}
