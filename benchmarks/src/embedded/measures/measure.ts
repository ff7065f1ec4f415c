/** One line of the table: what was measured, and what was asked for. */
export interface Finding {
  readonly title: string;
  readonly value: string;
  readonly aim: string;
  /** Undefined where nothing was asked for. */
  readonly isMet?: boolean;
}

/** Measures one thing; each starts brokers of its own and stops them. */
export type Measure = () => Promise<readonly Finding[]>;

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

export const megabytes = (value: number): string => `${value.toFixed(0)} MB`;

/** A finding with an upper bound. */
export function atMost(title: string, value: number, bound: number, unit: (value: number) => string): Finding {
  return { title, value: unit(value), aim: `≤ ${unit(bound)}`, isMet: value <= bound };
}
