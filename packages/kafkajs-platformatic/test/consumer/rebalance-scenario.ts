import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { until, wait } from './ground.js';
import { numbers, type RuleContext } from './rule-context.js';

const PARTITIONS = [0, 1, 2, 3];
/** Milliseconds that a handler takes. */
const WORK = 20;

export interface RebalanceScenario {
  /** Of both members, or of the first one if the second is kafkajs. */
  readonly config?: Partial<ConsumerConfig>;
  readonly second?: 'ours' | 'kafkajs';
  /** Messages of each of four partitions. Default 100. */
  readonly messages?: number;
}

export interface RebalanceOutcome {
  readonly lost: number;
  /** Messages handled more than once. */
  readonly repeated: number;
  readonly bySecond: number;
}

/** A member is at work, a second one joins, takes part and leaves; then the rest is handled. */
export async function rebalance(
  context: RuleContext,
  { config = {}, second = 'ours', messages = 100 }: RebalanceScenario,
): Promise<RebalanceOutcome> {
  const { ground } = context;
  const topic = await ground.topic(PARTITIONS.length);
  const groupId = ground.name('group');
  for (const partition of PARTITIONS) {
    await ground.produce(topic, partition, numbers(messages));
  }
  const total = PARTITIONS.length * messages;
  const handled = new Map<string, number>();
  let bySecond = 0;
  const handle = async (value: string, partition: number): Promise<void> => {
    await wait(WORK);
    const id = `${partition}/${value}`;
    handled.set(id, (handled.get(id) ?? 0) + 1);
  };
  const handleSecond = async (value: string, partition: number): Promise<void> => {
    await handle(value, partition);
    bySecond++;
  };
  const first = await context.started(groupId, topic, handle, config);
  await wait(500);
  const other =
    second === 'ours'
      ? await context.started(groupId, topic, handleSecond, config)
      : await startedKafkaJS(context, groupId, topic, handleSecond);
  await until(() => bySecond > 20, 'the second member takes part', 25_000);
  await other.disconnect();
  await until(() => handled.size === total, `all ${total} messages handled`, 25_000 + messages * WORK);
  await wait(300);
  await first.disconnect();
  return { lost: total - handled.size, repeated: [...handled.values()].filter(times => times > 1).length, bySecond };
}

async function startedKafkaJS(
  context: RuleContext,
  groupId: string,
  topic: string,
  handle: (value: string, partition: number) => Promise<void>,
): Promise<{ disconnect(): Promise<void> }> {
  const consumer = context.ground.kafkajsConsumer(groupId);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: PARTITIONS.length,
    eachMessage: async ({ message, partition }) => handle(String(message.value), partition),
  });
  return consumer;
}
