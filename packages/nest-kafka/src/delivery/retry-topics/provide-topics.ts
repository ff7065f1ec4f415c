import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaAdmin } from '../../driver/kafka-driver.js';
import { isPermanentFailure } from '../../driver/permanent-failure.js';
import { partitionsOf } from '../../driver/topic-partitions.js';
import { messageOf } from '../../errors/message-of.js';
import { MAX_TOPIC_LENGTH } from './retry-topic-names.js';

/** How long a topic may take to be there, in milliseconds, and how often to look. */
const PATIENCE = 10_000;
const INTERVAL = 100;

/** A topic that has to be there. */
export interface WantedTopic {
  readonly name: string;
  /** What it is made with; the broker's defaults for the rest. */
  readonly configs: Readonly<Record<string, string>>;
}

/**
 * Makes the topics that are missing, with as many partitions as `like` has (the broker's default, if that does not exist yet).
 *
 * @returns how many partitions each has
 * @throws Error that names the topic which could not be looked up or made, and what to do.
 */
export async function provideTopics(
  admin: KafkaAdmin,
  wanted: readonly WantedTopic[],
  like: string,
): Promise<Map<string, number>> {
  const deadline = performance.now() + PATIENCE;
  const counts = new Map<string, number>();
  const created = new Set<string>();
  while (counts.size < wanted.length) {
    for (const { name, configs } of wanted) {
      if (counts.has(name)) {
        continue;
      }
      let reason = 'the broker does not list it yet';
      let isHopeless = false;
      try {
        const { length } = await partitionsOf(admin, name);
        if (length > 0) {
          counts.set(name, length);
          continue;
        }
        if (!created.has(name)) {
          await create(admin, name, configs, (await partitionsOf(admin, like)).length);
          created.add(name);
        }
      } catch (error) {
        reason = messageOf(error);
        isHopeless = isPermanentFailure(error);
      }
      if (isHopeless || performance.now() > deadline) {
        throw new Error(
          `The topic "${name}", which "retry.in" of 'topics' needs, could not be looked up or created: ${reason}. ` +
            `Create it with as many partitions as "${like}" has, or allow this client to.`,
        );
      }
    }
    if (counts.size < wanted.length) {
      await sleep(INTERVAL);
    }
  }
  return counts;
}

/**
 * Those that exist of an endless row of topics, up to the first that does not.
 *
 * @param nameOf from 1
 * @returns how many partitions each has
 */
export async function existingTopics(
  admin: KafkaAdmin,
  nameOf: (number: number) => string,
): Promise<Map<string, number>> {
  const deadline = performance.now() + PATIENCE;
  const found = new Map<string, number>();
  for (let number = 1; nameOf(number).length <= MAX_TOPIC_LENGTH;) {
    const name = nameOf(number);
    try {
      const { length } = await partitionsOf(admin, name);
      if (length === 0) {
        break;
      }
      found.set(name, length);
      number++;
    } catch (error) {
      if (isPermanentFailure(error) || performance.now() > deadline) {
        throw new Error(`Whether there is a retry topic "${name}" could not be looked up: ${messageOf(error)}.`, {
          cause: error,
        });
      }
      await sleep(INTERVAL);
    }
  }
  return found;
}

async function create(
  admin: KafkaAdmin,
  topic: string,
  configs: Readonly<Record<string, string>>,
  partitions: number,
): Promise<void> {
  const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
  const numPartitions = partitions === 0 ? {} : { numPartitions: partitions };
  // `false` means that another process was faster, which is as good.
  await admin.createTopics({ topics: [{ topic, ...numPartitions, configEntries }], waitForLeaders: false });
}
