/** Headers that are ours, beside those of Nest's `KafkaHeaders`. Peers that do not know them ignore them. */
export const TransportHeaders = {
  /** On a request: when its caller stops waiting, in milliseconds since the epoch. */
  DEADLINE: 'nest-kafka_deadline',
  /** On a reply: it ends a stream and carries no value, where Nest's client alone would see a `null`. */
  NO_VALUE: 'nest-kafka_no-value',
  /** On a dead letter: the pattern of the handler that failed. */
  HANDLER: 'nest-kafka_handler',
  /** On a dead letter: how often the message was delivered. */
  ATTEMPT: 'nest-kafka_attempt',
  /** In a retry topic: where the message was, how often it was delivered, and when it is due; see `retry-header.ts`. */
  RETRY: 'nest-kafka_retry',
  /** On a message that `nest-kafka dlt replay` has produced: the dead letter that it came from. */
  REPLAYED: 'nest-kafka_replayed',
} as const;
