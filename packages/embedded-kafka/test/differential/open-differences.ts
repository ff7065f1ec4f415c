import type { ListedDifference } from './listed-difference.js';

/**
 * Differences from Apache Kafka that are faults of ours, those first that a client is likeliest to meet. Each must still
 * be seen: whoever mends one takes its entry away. The file where it is likely to be mended stands in brackets.
 */
export const openDifferences: readonly ListedDifference[] = [
  {
    file: '01-fetch',
    conversation: 'read committed',
    at: 'a level that does not exist: *',
    reason: 'an isolation level other than 0 and 1 is refused with UNKNOWN_SERVER_ERROR [api/01-fetch.ts]',
  },
  {
    file: '00-produce',
    conversation: 'a compression that does not exist',
    at: 'five: *logStartOffset',
    versions: [5, 6],
    reason: 'Kafka has no start offset in this error [log/batch-validation.ts]',
  },
];
