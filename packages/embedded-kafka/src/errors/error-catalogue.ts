/** Every error that users of this package can get, with its text: the thing, the place and the next step. */
export const errorCatalogue = {
  INVALID_OPTIONS: (faults: readonly string[]) =>
    `EmbeddedKafka.start() was given options that it cannot use: ${faults.join('; ')}. See EmbeddedKafkaOptions for what it takes.`,
  LISTEN_FAILED: (address: string, reason: string) =>
    `EmbeddedKafka cannot listen on ${address}: ${reason}. Use port 0 for any free port, or end what occupies this one.`,
  INVALID_FAULT: (problems: readonly string[]) =>
    `kafka.faults.inject() was given a fault that it cannot make: ${problems.join('; ')}. See Fault for what it takes.`,
  TOPIC_REFUSED: (topic: string, kafkaError: string, reason: string) =>
    `Topic ${JSON.stringify(topic)} was not created (${kafkaError}): ${reason} Change the topic's name, partitions or configs accordingly.`,
  UNKNOWN_TOPIC: (topic: string, known: readonly string[]) =>
    `There is no topic ${JSON.stringify(topic)} in this EmbeddedKafka; it has ${known.length > 0 ? known.slice(0, 10).join(', ') : 'none'}. Create it by createTopic() or the option topics.`,
  UNKNOWN_LISTENER: (listener: string, known: readonly string[]) =>
    `There is no listener ${JSON.stringify(listener)} in this EmbeddedKafka; it has ${known.join(', ')}. Name one of these, or add it to the option listeners.`,
  INVALID_RECORDS: (topic: string, faults: readonly string[]) =>
    `kafka.produce() was given records for ${JSON.stringify(topic)} that it cannot write: ${faults.slice(0, 10).join('; ')}. See RecordInit for what it takes.`,
  PRODUCE_REFUSED: (partition: string, kafkaError: string, reason: string) =>
    `Records were not written to ${partition} (${kafkaError}): ${reason} Change them, the topic's configs or its nodes accordingly.`,
  UNREADABLE_RECORDS: (topic: string, partition: number, reason: string) =>
    `The records of ${topic}-${partition} cannot be decoded: ${reason}.`,
  NOT_COMPACTED: (topic: string, policy: string) =>
    `Topic ${JSON.stringify(topic)} cannot be compacted: its cleanup.policy is ${policy || 'empty'}. Create it with { configs: { 'cleanup.policy': 'compact' } }.`,
  DATA_DIR_LOCKED: (path: string, pid: number) =>
    `The data directory ${path} is in use by process ${pid}: one broker at a time. Stop that one, or use another directory.`,
  DATA_DIR_UNUSABLE: (path: string, reason: string) =>
    `The data directory ${path} cannot be used: ${reason}. Use one that this process may write to and that was written with the same brokers.`,
  DATA_DIR_CORRUPT: (file: string, position: number, reason: string) =>
    `${file} is damaged at byte ${position}: ${reason}. No crash does that. Restore the file from a copy, or remove the data directory to start anew.`,
  UNKNOWN_PARTITION: (topic: string, partition: number, count: number) =>
    `Topic ${JSON.stringify(topic)} has no partition ${partition} in this EmbeddedKafka; it has ${count}, from 0 on.`,
  UNKNOWN_NODE: (node: number, known: readonly number[]) =>
    `There is no node ${node} in this EmbeddedKafka; it has ${known.join(', ')}. The option brokers says how many there are.`,
  CANNOT_LEAD: (what: string, node: number, candidates: readonly number[]) =>
    `Node ${node} cannot lead ${what}: only an in-sync replica whose node is up can, which are ${candidates.join(', ') || 'none'}. Start that node, or give the topic more replicas.`,
  NOT_CONSUMED: (group: string, timeoutMs: number, remaining: readonly string[]) =>
    `Group ${JSON.stringify(group)} has not consumed everything within ${timeoutMs} ms: ${remaining.slice(0, 10).join(', ')}. Is a consumer of it running, and does it commit its offsets?`,
  NO_SHARED_BROKER: (variable: string, setup: string) =>
    `testKafka() has no broker: ${variable} is not set. Name ${setup} as the runner's global setup.`,
  CONTROL_REFUSED: (request: string, reason: string) =>
    `The control interface has refused ${request}: ${reason} See docs/reference/embedded-kafka-control.md.`,
  WORKER_FAILED: (reason: string) =>
    `The worker thread of EmbeddedKafka has failed: ${reason}. What it had in memory is gone; start another one, and report what it did if it is no fault of yours.`,
  STOPPED: (operation: string) => `${operation}() was called on an EmbeddedKafka that is stopped. Start another one.`,
} as const;

export type EmbeddedKafkaErrorCode = keyof typeof errorCatalogue;
