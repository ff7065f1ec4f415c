import type { ListedDifference } from './listed-difference.js';

/**
 * Differences from Apache Kafka that are faults of ours, those first that a client is likeliest to meet. Each must still
 * be seen: whoever mends one takes its entry away. The file where it is likely to be mended stands in brackets.
 */
export const openDifferences: readonly ListedDifference[] = [
  {
    file: '32-describe-configs',
    conversation: "a topic's, by name",
    at: 'none: *',
    reason: 'an empty list of names asks for all configurations, as null does [api/32-describe-configs.ts]',
  },
  {
    file: '32-describe-configs',
    conversation: "a broker's, by name",
    at: '*',
    reason:
      'most configurations of a broker, and the synonyms of those that are there, are missing [api/32-describe-configs.ts]',
  },
  {
    file: '00-produce',
    conversation: 'records without a key in a compacted topic',
    at: '*',
    reason:
      'a compacted topic refuses records without a key with INVALID_RECORD and names them [log/batch-validation.ts]',
  },
  {
    file: '00-produce',
    conversation: 'timestamps of a CreateTime topic',
    at: 'two hours ahead: *recordErrors[0]',
    reason: 'the record whose timestamp is refused is not named [log/batch-validation.ts]',
  },
  {
    file: '03-metadata',
    conversation: 'topics by id',
    at: 'zero: ',
    versions: [10, 11],
    reason: 'neither id nor name: the answer has a null name, which v10 and v11 cannot carry [api/03-metadata.ts]',
  },
  {
    file: '03-metadata',
    conversation: 'topics by id',
    at: 'zero: *',
    versions: [12, 13],
    reason:
      'neither id nor name: Kafka refuses the whole request and answers UNKNOWN_SERVER_ERROR [api/03-metadata.ts]',
  },
  {
    file: '03-metadata',
    conversation: 'topics by id',
    at: 'unknown id and a name: *',
    reason: 'an id counts, whatever name stands beside it [api/03-metadata.ts]',
  },
  {
    file: '22-init-producer-id',
    conversation: 'an idempotent producer that has an id',
    at: '* only: *',
    reason: 'an id without an epoch, or the reverse, is INVALID_REQUEST [api/22-init-producer-id.ts]',
  },
  {
    file: '01-fetch',
    conversation: 'a topic that is deleted meanwhile',
    at: 'wait: *errorCode',
    versions: [13, 18],
    reason:
      'a fetch that waits when its topic is deleted ends with UNKNOWN_TOPIC_OR_PARTITION in every version [api/01-fetch.ts]',
  },
  {
    file: '01-fetch',
    conversation: 'a topic that is deleted meanwhile',
    at: 'wait: *abortedTransactions',
    reason: 'and without a list of aborted transactions: null, not empty [api/01-fetch.ts]',
  },
  {
    file: '01-fetch',
    conversation: 'read committed',
    at: 'a level that does not exist: *',
    reason: 'an isolation level other than 0 and 1 is refused with UNKNOWN_SERVER_ERROR [api/01-fetch.ts]',
  },
  {
    file: '19-create-topics',
    conversation: 'internal names',
    at: 'metadata: *',
    reason: '__cluster_metadata cannot be created: INVALID_REQUEST [cluster/cluster.ts]',
  },
  {
    file: '00-produce',
    conversation: 'a batch length beyond the records',
    at: 'shorter: *errorCode',
    reason:
      'a batch that is cut by its length is CORRUPT_MESSAGE before it is more than one batch [log/batch-validation.ts]',
  },
  {
    file: '00-produce',
    conversation: 'a compression that does not exist',
    at: 'five: *logStartOffset',
    versions: [5, 6],
    reason: 'Kafka has no start offset in this error [log/batch-validation.ts]',
  },
];
