import { EmbeddedKafka, type Fault } from 'embedded-kafka';
import type { KafkaConfig } from '../../src/config/client-config.js';
import { Kafka } from '../../src/kafka.js';

const TOPIC = 'orders';
const PARTITIONS = 2;
const ROUNDS = 4;
const PER_ROUND = 5;

/** Backoffs are short; what a busy machine could take for a fault is long. Milliseconds. */
const QUICK: Partial<KafkaConfig> = {
  connectionTimeout: 20_000,
  requestTimeout: 20_000,
  retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 12 },
  logLevel: 0,
};

export interface Outcome {
  /** Values by partition, as the log has them. */
  readonly stored: string[][];
  /** Values by partition, as handlers got them. */
  readonly handled: string[][];
  readonly committed: string[];
  /** What failed, of everything that was asked for. */
  readonly failures: string[];
}

/** What `stored` and `handled` have to be. */
export const EXPECTED: string[][] = Array.from({ length: PARTITIONS }, (_, partition) =>
  Array.from({ length: ROUNDS * PER_ROUND }, (_each, i) => `${partition}.${i}`),
);

export interface WorkOptions extends Partial<KafkaConfig> {
  /** Stands between the clients and the broker. */
  between?: (brokers: readonly string[]) => Promise<{ readonly brokers: string[]; stop(): Promise<void> }>;
}

/**
 * A producer, a consumer and an admin client at work on a broker of their own, while `fault` hits what they ask. Ends when
 * everything has settled and all messages have been handled and committed.
 */
export async function work(faults: readonly Fault[], { between, ...client }: WorkOptions = {}): Promise<Outcome> {
  const embedded = await EmbeddedKafka.start({ topics: [{ name: TOPIC, partitions: PARTITIONS }] });
  const front = await between?.(embedded.brokers);
  faults.forEach(fault => embedded.faults.inject(fault));
  const kafka = new Kafka({ brokers: front?.brokers ?? embedded.brokers, ...QUICK, ...client });
  const failures: string[] = [];
  const ask = async (what: string, task: Promise<unknown>): Promise<void> => {
    await task.catch((error: unknown) => failures.push(`${what}: ${String(error)}`));
  };
  const handled = EXPECTED.map((): string[] => []);
  const producer = kafka.producer();
  const admin = kafka.admin();
  const consumer = kafka.consumer({
    groupId: 'workers',
    heartbeatInterval: 50,
    sessionTimeout: 30_000,
    rebalanceTimeout: 2_000,
    maxWaitTimeInMs: 50,
  });
  await Promise.all([
    ask('producer.connect', producer.connect()),
    ask('admin.connect', admin.connect()),
    ask('consumer.connect', consumer.connect()),
  ]);
  await ask('subscribe', consumer.subscribe({ topics: [TOPIC], fromBeginning: true }));
  const administration = Promise.all([
    ask('createTopics', admin.createTopics({ topics: [{ topic: 'more' }] })),
    ask('listTopics', admin.listTopics()),
    ask('fetchTopicOffsets', admin.fetchTopicOffsets(TOPIC)),
  ]);
  const running = ask(
    'run',
    consumer.run({
      eachMessage: async ({ partition, message }) => void handled[partition]?.push(String(message.value)),
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(
      EXPECTED.flatMap((values, partition) =>
        values
          .slice(round * PER_ROUND, (round + 1) * PER_ROUND)
          .map(value => ask(`send ${value}`, producer.send({ topic: TOPIC, messages: [{ value, partition }] }))),
      ),
    );
  }
  await Promise.all([administration, running]);
  const all = EXPECTED.flat().length;
  await settled(() => new Set(handled.flat()).size >= all, 40_000);
  await ask('consumer.disconnect', consumer.disconnect());
  const stored = EXPECTED.map((): string[] => []);
  for (const { partition, value } of await embedded.records(TOPIC)) {
    stored[partition]?.push(String(value));
  }
  embedded.faults.clear();
  const [offsets] = await admin.fetchOffsets({ groupId: 'workers', topics: [TOPIC] });
  const committed = (offsets?.partitions ?? [])
    .toSorted((a, b) => a.partition - b.partition)
    .map(({ offset }) => offset);
  await Promise.all([ask('producer.disconnect', producer.disconnect()), ask('admin.disconnect', admin.disconnect())]);
  await front?.stop();
  await embedded.stop();
  return { stored, handled, committed, failures };
}

async function settled(condition: () => boolean, timeout: number): Promise<void> {
  const deadline = performance.now() + timeout;
  while (!condition() && performance.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
