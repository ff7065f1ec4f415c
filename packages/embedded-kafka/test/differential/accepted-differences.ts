import type { ListedDifference } from './listed-difference.js';
import type { Json } from './transcript.js';

type Value = Json | undefined;

const isText = (value: Value): boolean => typeof value === 'string' && value !== '';
const isNoText = (value: Value): boolean => value === null || value === '';
const isMissing = (value: Value): boolean => value === undefined;

const messages: readonly ListedDifference[] = [
  {
    file: '*',
    conversation: '*',
    at: '*rrorMessage',
    when: (kafka, ours) => isText(kafka) && isText(ours),
    reason: 'a message is for people: ours says in its own words what is wrong, and where',
  },
  {
    file: '*',
    conversation: '*',
    at: '*rrorMessage',
    when: (kafka, ours) => isNoText(kafka) && isText(ours),
    reason: 'Kafka says nothing here; ours tells the cause',
  },
  {
    file: '10-find-coordinator',
    conversation: '*',
    at: '*rrorMessage',
    when: (kafka, ours) => (kafka === 'NONE' || kafka === '') && ours === null,
    reason: 'Kafka writes a message where there is no error',
  },
];

const notBuilt: readonly ListedDifference[] = [
  {
    file: '57-update-features',
    conversation: 'a feature as it is, or higher',
    at: 'share groups: *',
    reason: 'share groups cannot be switched on',
  },
  {
    file: '57-update-features',
    conversation: 'what is no update',
    at: 'of the quorum: *',
    reason: 'there is no quorum whose voters could change',
  },
  {
    file: '32-describe-configs',
    conversation: "a topic's, by name",
    at: 'documented: *documentation',
    reason: "the documentation of configurations is Kafka's text",
  },
];

const consumerGroups: readonly ListedDifference[] = [
  {
    file: '68-online-migration',
    conversation: 'a static member changes its subscription with its protocol',
    at: 'a classic one reads something else: generationId',
    when: kafka => kafka === 0,
    reason: 'Kafka 4.1.1 gives it a generation that its next heartbeat is refused for; ours gives it that of the group',
  },
  {
    file: '68-online-migration',
    conversation: 'a static member changes its subscription with its protocol',
    at: 'it is told to join again: errorCode',
    when: (kafka, ours) => kafka === 22 && ours === 27,
    reason: 'as above: told the one way or the other, it joins again',
  },
  {
    file: '68-online-migration',
    conversation: 'groups that cannot be upgraded',
    at: 'brokenassignment: one joins: error*',
    when: kafka => kafka === -1 || typeof kafka === 'string',
    reason: 'Kafka 4.1.1 trips over a count that is a lie; ours says that the group cannot be upgraded',
  },
  {
    file: '68-consumer-group-heartbeat',
    conversation: 'commits and fetches',
    at: 'an epoch without an id: groups[0].errorCode',
    when: (kafka, ours) => kafka === -1 && ours === 25,
    reason: 'Kafka 4.1.1 trips over a null; ours says UNKNOWN_MEMBER_ID',
  },
];

const hostile: readonly ListedDifference[] = [
  {
    file: '18-api-versions',
    conversation: 'a version that does not exist',
    at: '5, without a body: ',
    reason:
      'of an unknown version we read key, version and correlation id only, so a body that is cut is no reason to hang up',
  },
  {
    file: '18-api-versions',
    conversation: 'a version that does not exist',
    at: '32767, garbage: ',
    reason: 'as above',
  },
  {
    file: '00-produce',
    conversation: 'null records',
    at: 'null: ',
    when: kafka => kafka === 'silent',
    reason: 'Kafka 4.1.1 never answers a partition with null records; ours says INVALID_RECORD',
  },
  {
    file: '11-join-group',
    conversation: 'metadata that is no subscription',
    at: '*',
    when: kafka => kafka === 'silent' || kafka === undefined,
    reason: 'Kafka 4.1.1 never answers a consumer whose metadata it cannot read; ours does not read it',
  },
  {
    file: '01-fetch',
    conversation: 'as a follower would',
    at: 'replica 99: *',
    reason: 'nothing is replicated here, so who says to be a follower is answered as a consumer',
  },
  {
    file: '00-produce',
    conversation: 'one topic twice in a request',
    at: '*',
    reason: 'Kafka keeps one of the two; ours takes both',
  },
  {
    file: '*',
    conversation: 'nothing at all',
    at: 'no partitions: *',
    when: isMissing,
    reason: 'a topic that was asked for without partitions is answered without partitions',
  },
];

const friendlier: readonly ListedDifference[] = [
  {
    file: '03-metadata',
    conversation: 'unknown topics, to be created',
    at: 'first: *',
    reason: 'a topic is there when the request that creates it is answered: clients need not ask again',
  },
  {
    file: '03-metadata',
    conversation: 'a name that collides with another',
    at: 'underscore for dot: topics[0].errorCode',
    reason:
      'as above: Kafka has not tried yet when it answers UNKNOWN_TOPIC_OR_PARTITION, and never says why there is no topic',
  },
  {
    file: '01-fetch',
    conversation: 'size limits and the first batch',
    at: '*records[1]',
    when: (kafka, ours) => isText(kafka) && isMissing(ours),
    reason: 'Kafka fills an answer with a piece of a batch, which clients throw away; ours ends with a whole one',
  },
  {
    file: '19-create-topics',
    conversation: 'internal names',
    at: 'offsets: *',
    reason: 'committed offsets are not kept in a topic, so __consumer_offsets is a name like any other',
  },
];

const exacter: readonly ListedDifference[] = [
  {
    file: '01-fetch-of-transactions',
    conversation: 'an open transaction holds back what follows it',
    at: 'slow is open, committed: *abortedTransactions*',
    reason: 'Kafka also names aborted transactions that begin behind what it sent; ours only those that matter',
  },
];

const releasedAtOnce: readonly ListedDifference[] = [
  {
    file: '21-delete-records',
    conversation: 'everything',
    at: 'highest time: *',
    reason: 'Kafka still finds the time of a deleted record until its segment goes; ours lets go of it at once',
  },
];

const behindThePayload: readonly ListedDifference[] = ['gzip', 'zstd'].flatMap(codec =>
  [`with bytes behind it, ${codec}: *`, `read: with bytes behind it, ${codec}: *`].map(at => ({
    file: '00-produce-compressed',
    conversation: 'a payload that is broken',
    at,
    reason:
      "what follows the end of a compressed stream is zlib's to refuse here: in gzip it does, in zstd it does not",
  })),
);

/** Differences from Apache Kafka that are meant. Each must still be seen: one that is gone fails the suite. */
export const acceptedDifferences: readonly ListedDifference[] = [
  ...messages,
  ...notBuilt,
  ...consumerGroups,
  ...hostile,
  ...friendlier,
  ...exacter,
  ...releasedAtOnce,
  ...behindThePayload,
];
