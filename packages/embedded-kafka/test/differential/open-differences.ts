import type { ListedDifference } from './listed-difference.js';

/**
 * Differences from Apache Kafka that are faults of ours, those first that a client is likeliest to meet. Each must still
 * be seen: whoever mends one takes its entry away. The file where it is likely to be mended stands in brackets.
 */
export const openDifferences: readonly ListedDifference[] = [];
