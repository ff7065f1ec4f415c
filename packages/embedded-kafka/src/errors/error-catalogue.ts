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
  UNREADABLE_RECORDS: (topic: string, partition: number, reason: string) =>
    `The records of ${topic}-${partition} cannot be decoded: ${reason}.`,
  STOPPED: (operation: string) => `${operation}() was called on an EmbeddedKafka that is stopped. Start another one.`,
} as const;

export type EmbeddedKafkaErrorCode = keyof typeof errorCatalogue;
