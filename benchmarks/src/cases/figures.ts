import { quantile } from '../statistics.js';
import type { Figure } from './case.js';

export const rate: Figure = {
  unit: 'messages/s',
  read: ({ messages, milliseconds }) => (messages / milliseconds) * 1000,
};

export const duration: Figure = { unit: 'ms', read: ({ milliseconds }) => milliseconds };

export const cpuShare: Figure = {
  unit: 'ms CPU/s',
  read: ({ cpuMicroseconds, milliseconds }) => cpuMicroseconds / milliseconds,
};

/** The most that the process has needed, from its start on. */
export const peakMemory: Figure = { unit: 'MB', read: ({ peakRssBytes }) => peakRssBytes / 1024 / 1024 };

/** The latency that the share `q` of the requests does not exceed. */
export function latency(q: number, name: string): Figure {
  return { unit: 'ms', name, read: ({ latencies }) => quantile(latencies ?? [], q) };
}
