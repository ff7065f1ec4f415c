import type { Case, Figure, Unit } from '../cases/case.js';
import type { Result } from '../process/protocol.js';
import { median } from '../statistics.js';

/** Both results of one round, the baseline's first. */
export type Pair = readonly [baseline: Result, ours: Result];

export interface Comparison {
  title: string;
  unit: Unit;
  baseline: number;
  ours: number;
  /** How many times better ours is: the median of the rounds' ratios, with their lowest and highest. */
  ratio: { median: number; min: number; max: number };
  cpuMicrosecondsPerMessage: { baseline: number; ours: number };
  peakRssMegabytes: { baseline: number; ours: number };
}

/** One line for each figure of the case. */
export function compare(contest: Case, rounds: readonly Pair[]): Comparison[] {
  return contest.figures.map(figure => compareFigure(contest, figure, rounds));
}

function compareFigure(contest: Case, figure: Figure, rounds: readonly Pair[]): Comparison {
  // Ours ÷ baseline for rates, baseline ÷ ours for times: more is always better.
  const ratios = rounds.map(([baseline, ours]) =>
    figure.unit === 'messages/s'
      ? figure.read(ours) / figure.read(baseline)
      : figure.read(baseline) / figure.read(ours),
  );
  const both = (read: (result: Result) => number): { baseline: number; ours: number } => ({
    baseline: median(rounds.map(([baseline]) => read(baseline))),
    ours: median(rounds.map(([, ours]) => read(ours))),
  });
  return {
    title: figure.name === undefined ? contest.title : `${contest.title}, ${figure.name}`,
    unit: figure.unit,
    ...both(result => figure.read(result)),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    cpuMicrosecondsPerMessage: both(result => result.cpuMicroseconds / result.messages),
    peakRssMegabytes: both(result => result.peakRssBytes / 1024 / 1024),
  };
}
