import type { Cluster } from '../cluster/cluster.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { ConsumerSubscribeTopic, ConsumerSubscribeTopics } from './consumer-types.js';

interface Entry {
  readonly pattern: string | RegExp;
  readonly fromBeginning: boolean;
}

/** What a consumer subscribes to. RegExps are kept as such: topics made later belong to them, too. */
export class Subscription {
  readonly #entries: Entry[] = [];

  /** @throws KafkaJSNonRetriableError for anything but strings and RegExps; then nothing is added. */
  add(subscription: ConsumerSubscribeTopics | ConsumerSubscribeTopic): (string | RegExp)[] {
    const {
      topic,
      topics,
      fromBeginning = false,
    } = subscription as Partial<ConsumerSubscribeTopics & ConsumerSubscribeTopic>;
    if (!topic && !topics) {
      throw new KafkaJSNonRetriableError('Missing required argument "topics"');
    }
    if (topics !== undefined && topics !== null && !Array.isArray(topics)) {
      throw new KafkaJSNonRetriableError('Argument "topics" must be an array');
    }
    const patterns = topics ?? [topic];
    for (const pattern of patterns) {
      if (typeof pattern !== 'string' && !(pattern instanceof RegExp)) {
        throw new KafkaJSNonRetriableError(
          `Invalid topic ${String(pattern)} (${typeof pattern}), the topic name has to be a String or a RegExp`,
        );
      }
    }
    const valid = patterns as (string | RegExp)[];
    this.#entries.push(...valid.map(pattern => ({ pattern, fromBeginning })));
    return valid;
  }

  /** Topic names as of now. Internal topics match no RegExp. */
  async topics(cluster: Cluster): Promise<string[]> {
    const names = new Set<string>();
    let existing: readonly string[] | undefined;
    for (const { pattern } of this.#entries) {
      if (typeof pattern === 'string') {
        names.add(pattern);
        continue;
      }
      existing ??= (await cluster.listTopics())
        .filter(({ errorCode, isInternal }) => errorCode === 0 && !isInternal)
        .map(({ name }) => name);
      existing.filter(name => matches(pattern, name)).forEach(name => names.add(name));
    }
    return [...names];
  }

  /** Where a partition of `topic` without a committed offset begins; the latest subscription wins. */
  startOf(topic: string): 'earliest' | 'latest' {
    const entry = this.#entries.findLast(({ pattern }) =>
      typeof pattern === 'string' ? pattern === topic : matches(pattern, topic),
    );
    return entry?.fromBeginning === true ? 'earliest' : 'latest';
  }
}

/** Independent of `lastIndex`, which a global or sticky RegExp keeps between tests. */
function matches(pattern: RegExp, topic: string): boolean {
  pattern.lastIndex = 0;
  const found = pattern.test(topic);
  pattern.lastIndex = 0;
  return found;
}
