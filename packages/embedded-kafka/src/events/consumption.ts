import type { Broker } from '../broker.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';

export interface UntilConsumedOptions {
  /** Topics that must be consumed. Default: all that the group has committed offsets for, at least one. */
  readonly topics?: readonly string[] | undefined;
  /** Milliseconds of real time after which it is given up. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Waits until a group has committed everything that a `read_committed` consumer can get by then.
 * @throws EmbeddedKafkaError NOT_CONSUMED when it takes too long, with what is left; UNKNOWN_TOPIC
 */
export async function untilConsumed(
  broker: Broker,
  group: string,
  { topics, timeoutMs = 10_000 }: UntilConsumedOptions,
): Promise<void> {
  if (remaining(broker, group, topics).length === 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stopListening = broker.events.on('offsetCommitted', event => {
    if (event.group === group && remaining(broker, group, topics).length === 0) resolve();
  });
  const timer = setTimeout(() => {
    reject(new EmbeddedKafkaError('NOT_CONSUMED', [group, timeoutMs, remaining(broker, group, topics)]));
  }, timeoutMs);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

/** What is left to be consumed, in words; empty if there is nothing. */
function remaining({ cluster, groups }: Broker, group: string, wanted: readonly string[] | undefined): string[] {
  const offsets = groups.offsets.of(group);
  const topics = wanted ?? Array.from(offsets?.topics() ?? [], ([topic]) => topic);
  if (topics.length === 0) return ['the group has not committed anything'];
  return topics.flatMap(name => {
    const topic = cluster.topic(name);
    if (topic === undefined) {
      throw new EmbeddedKafkaError('UNKNOWN_TOPIC', [name, Array.from(cluster.topics, each => each.name)]);
    }
    return topic.partitions.flatMap(({ index, log }) => {
      const committed = Number(offsets?.get(name, index)?.offset ?? -1n);
      // A marker at the end is no record: some clients commit the offset before it, some the one behind.
      let last = -1;
      for (const batch of log.committedBatches()) last = batch.lastOffset;
      return last >= Math.max(committed, 0) ? [`${name}-${index} at ${Math.max(committed, 0)} of ${last + 1}`] : [];
    });
  });
}
