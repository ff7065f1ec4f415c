/** What an application should know of an error class. */
export interface ErrorDescription {
  readonly name: string;
  /** Whether the same call may succeed if it is made again; "by code" is said by the broker's error code. */
  readonly retriable: 'yes' | 'no' | 'by code';
  readonly meaning: string;
  readonly nextStep: string;
}

/** Every error class of this package; docs/reference/errors-kafkajs-platformatic.md is this table. */
export const ERROR_CATALOGUE: readonly ErrorDescription[] = [
  entry('KafkaJSError', 'yes', 'Base of all errors; on its own, a call in a wrong state.', 'Do what the message says.'),
  entry('KafkaJSNonRetriableError', 'no', 'The call or its arguments are wrong.', 'Correct the call.'),
  entry('KafkaJSConfigurationError', 'no', 'Options are wrong; `faults` lists all of them.', 'Correct the options.'),
  entry(
    'KafkaJSConnectionError',
    'yes',
    'A broker could not be reached; `broker` and `code` say which and why.',
    'Check the address, the network and `ssl`.',
  ),
  entry(
    'KafkaJSConnectionClosedError',
    'yes',
    'The connection broke while a request was on its way.',
    'Nothing: retried. If it stays, look at the broker.',
  ),
  entry(
    'KafkaJSRequestTimeoutError',
    'yes',
    'A broker took a request and did not answer in `requestTimeout`.',
    'Look at the load of the broker; raise `requestTimeout`.',
  ),
  entry(
    'KafkaJSSASLAuthenticationError',
    'no',
    'A broker refused the credentials or the mechanism.',
    'Correct `sasl`.',
  ),
  entry(
    'KafkaJSNumberOfRetriesExceeded',
    'no',
    'The retry policy is used up; `cause` is the last error.',
    'Mend the cause, or give `retry` more time.',
  ),
  entry('KafkaJSBrokerNotFound', 'yes', 'A node is not in the metadata.', 'Nothing: metadata is read again.'),
  entry('KafkaJSNoBrokerAvailableError', 'yes', 'No broker is known at all.', 'Check `brokers`.'),
  entry(
    'KafkaJSServerDoesNotSupportApiKey',
    'no',
    'The broker is too old for an API.',
    'Use Apache Kafka 3.0 or newer.',
  ),
  entry(
    'KafkaJSProtocolError',
    'by code',
    'A broker answered with an error code: `type` and `code`.',
    "Look the type up in Kafka's documentation.",
  ),
  entry(
    'KafkaJSOffsetOutOfRange',
    'by code',
    'An offset is not in the log (any more).',
    'Nothing: the consumer starts where `fromBeginning` says.',
  ),
  entry(
    'KafkaJSMemberIdRequired',
    'by code',
    'A group wants its member to join with the id in `memberId`.',
    'Nothing: done by the consumer.',
  ),
  entry(
    'KafkaJSCreateTopicError',
    'by code',
    'One topic of `createTopics` was refused.',
    "Correct the topic's name or settings.",
  ),
  entry(
    'KafkaJSAlterPartitionReassignmentsError',
    'by code',
    'A partition could not be reassigned.',
    'Correct the replicas.',
  ),
  entry('KafkaJSAggregateError', 'by code', 'Several errors of one call, in `errors`.', 'See each of them.'),
  entry('KafkaJSMetadataNotLoaded', 'yes', 'Metadata has not been read yet.', 'Connect first.'),
  entry('KafkaJSTopicMetadataNotLoaded', 'yes', 'A topic is not known yet.', 'Check the name of the topic.'),
  entry(
    'KafkaJSStaleTopicMetadataAssignment',
    'yes',
    'An assignment names partitions that are gone.',
    'Nothing: the group rebalances.',
  ),
  entry(
    'KafkaJSGroupCoordinatorNotFound',
    'no',
    'A group has no coordinator.',
    'Check `__consumer_offsets` on the brokers.',
  ),
  entry('KafkaJSDeleteGroupsError', 'yes', 'Some groups could not be deleted: `groups`.', 'See each of them.'),
  entry(
    'KafkaJSDeleteTopicRecordsError',
    'by code',
    'Records of some partitions could not be deleted: `partitions`.',
    'See each of them.',
  ),
  entry(
    'KafkaJSCorruptBatchError',
    'yes',
    'A record batch breaks the format or fails its checksum.',
    'If it stays, check the disk of the broker; skip it with `seek`.',
  ),
  entry(
    'KafkaJSUnsupportedMagicByteInMessageSet',
    'no',
    'Records are of before Kafka 0.11.',
    'Have the topic rewritten.',
  ),
  entry(
    'KafkaJSPartialMessageError',
    'no',
    'A batch ended in the middle of a message.',
    'Raise `maxBytesPerPartition`.',
  ),
  entry('KafkaJSNotImplemented', 'no', 'This client does not do it.', 'See GAPS.md.'),
  entry('KafkaJSTimeout', 'no', 'A wait of the client took too long.', 'Do what the message says.'),
  entry('KafkaJSLockTimeout', 'no', 'A lock of the client was not got in time.', 'Report it.'),
  entry('KafkaJSInvariantViolation', 'no', 'A bug of this client.', 'Report it.'),
  entry('KafkaJSInvalidVarIntError', 'no', 'A number on the wire is too long.', 'Report it.'),
  entry('KafkaJSInvalidLongError', 'no', 'A 64-bit number is out of range.', 'Correct the offset or the timestamp.'),
  entry('KafkaJSFetcherRebalanceError', 'no', 'A fetch was overtaken by a rebalance.', 'Nothing: fetched again.'),
];

function entry(
  name: string,
  retriable: ErrorDescription['retriable'],
  meaning: string,
  nextStep: string,
): ErrorDescription {
  return { name, retriable, meaning, nextStep };
}
