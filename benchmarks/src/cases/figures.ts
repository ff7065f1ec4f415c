import { median } from '../statistics.js';
import type { Figure } from './case.js';

export const rate: Figure = {
  unit: 'messages/s',
  read: ({ messages, milliseconds }) => (messages / milliseconds) * 1000,
};

export const medianLatency: Figure = {
  unit: 'ms',
  read: ({ latencies }) => median(latencies ?? []),
};
