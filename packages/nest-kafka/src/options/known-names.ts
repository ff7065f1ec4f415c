/** Every option the transport itself reads. */
export const transportOptionNames = [
  'client',
  'consumer',
  'run',
  'subscribe',
  'producer',
  'send',
  'serializer',
  'deserializer',
  'parser',
  'producerOnlyMode',
  'postfixId',
  'driver',
  'requestTimeout',
  'maxPendingRequests',
  'reply',
  'gracePeriod',
  'dropExpiredRequests',
  'delivery',
] as const;

/**
 * The options KafkaJS 2.2.4 knows, by section. An engine may know more: a foreign name is passed on to it, unless it
 * looks like a slip of the pen for one of these.
 */
export const engineOptionNames = {
  client: [
    'brokers',
    'ssl',
    'sasl',
    'clientId',
    'connectionTimeout',
    'authenticationTimeout',
    'reauthenticationThreshold',
    'requestTimeout',
    'enforceRequestTimeout',
    'retry',
    'socketFactory',
    'logLevel',
    'logCreator',
  ],
  consumer: [
    'groupId',
    'groupInstanceId',
    'partitionAssigners',
    'metadataMaxAge',
    'sessionTimeout',
    'rebalanceTimeout',
    'heartbeatInterval',
    'maxBytesPerPartition',
    'minBytes',
    'maxBytes',
    'maxWaitTimeInMs',
    'retry',
    'allowAutoTopicCreation',
    'maxInFlightRequests',
    'readUncommitted',
    'rackId',
  ],
  run: [
    'autoCommit',
    'autoCommitInterval',
    'autoCommitThreshold',
    'eachBatchAutoResolve',
    'partitionsConsumedConcurrently',
  ],
  subscribe: ['fromBeginning'],
  producer: [
    'createPartitioner',
    'retry',
    'metadataMaxAge',
    'allowAutoTopicCreation',
    'idempotent',
    'transactionalId',
    'transactionTimeout',
    'maxInFlightRequests',
    'linger',
  ],
  send: ['acks', 'timeout', 'compression'],
} as const;

/** Options of sections that are the transport's own. */
export const sectionOptionNames = {
  parser: ['keepBinary'],
  reply: ['routing'],
} as const;
