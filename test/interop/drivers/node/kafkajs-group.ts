import type { Admin, Consumer, Kafka, Producer } from 'kafkajs';
import { GroupTally } from './group-tally.ts';
import { connectTo, createTopic, groupConfig, type Library } from './kafkajs-library.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

const PARTITIONS = [0, 1, 2, 3];

/** `group protocol [the second's]`: one member, two, one again, which commits half of what it read; its successor goes on there. */
export const group =
  (library: Library) =>
  async ({ bootstrap, prefix }: Scene, ...protocols: [string, ...string[]]): Promise<unknown> => {
    const topic = `${prefix}.group-${protocols.join('-')}`;
    const kafka = connectTo(library, bootstrap);
    const [admin, producer] = [kafka.admin(), kafka.producer()];
    await Promise.all([admin.connect(), producer.connect()]);
    try {
      await createTopic(admin, { topic, numPartitions: PARTITIONS.length });
      return await observe({ kafka, admin, producer, topic, protocols });
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    }
  };

interface Stage {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
  readonly topic: string;
  /** The first member's, and the second's if that is another. */
  readonly protocols: readonly [string, ...string[]];
}

async function observe(stage: Stage): Promise<unknown> {
  const { admin, topic } = stage;
  const tally = new GroupTally();
  const first = await Member.join(stage, tally);
  await until(first.told, () => first.assigned.length === 4);
  const alone = first.assigned;
  await produceTo(stage, 0, 10);
  await until(first.told, () => tally.distinct === 40);
  await first.commit(10);

  const second = await Member.join(stage, tally, stage.protocols.at(-1));
  const members = (): string => `${first.told()}, ${second.told()}`;
  await until(members, () => first.assigned.length === 2 && second.assigned.length === 2);
  const shared = [...first.assigned, ...second.assigned].sort();
  await produceTo(stage, 10, 20);
  await until(members, () => tally.distinct === 80);
  await Promise.all([first.commit(20), second.commit(20)]);

  await second.leave();
  await until(first.told, () => first.assigned.length === 4);
  await produceTo(stage, 20, 30);
  await until(first.told, () => tally.distinct === 120);
  await first.commit(25);
  await first.leave();
  const committed = await committedOffsets(admin, topic);

  const successorTally = new GroupTally();
  const successor = await Member.join(stage, successorTally);
  await until(successor.told, () => successorTally.distinct === 20);
  const resumedAt = PARTITIONS.map(partition => successor.firstOffsets.get(partition));
  await successor.commit(30);
  await successor.leave();
  return {
    alone,
    shared,
    received: tally.distinct,
    repeated: tally.total - tally.distinct,
    committed,
    resumedAt,
    resumed: successorTally.total,
    finallyCommitted: await committedOffsets(admin, topic),
  };
}

async function produceTo({ producer, topic }: Stage, from: number, to: number): Promise<void> {
  const values = Array.from({ length: to - from }, (_, index) => String(from + index));
  await producer.send({
    topic,
    messages: PARTITIONS.flatMap(partition => values.map(value => ({ partition, value }))),
  });
}

async function committedOffsets(admin: Admin, topic: string): Promise<number[]> {
  const [fetched] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
  const partitions = (fetched?.partitions ?? []).toSorted((a, b) => a.partition - b.partition);
  return partitions.map(({ offset }) => Number(offset));
}

class Member {
  assigned: number[] = [];
  readonly firstOffsets = new Map<number, number>();
  readonly #consumer: Consumer;
  readonly #topic: string;

  private constructor({ kafka, topic }: Stage, protocol: string) {
    this.#topic = topic;
    this.#consumer = kafka.consumer(groupConfig(topic, protocol));
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => {
      this.assigned = (payload.memberAssignment[topic] ?? []).toSorted();
    });
  }

  static async join(stage: Stage, tally: GroupTally, protocol = stage.protocols[0]): Promise<Member> {
    const member = new Member(stage, protocol);
    const consumer = member.#consumer;
    await consumer.connect();
    await consumer.subscribe({ topics: [stage.topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 4,
      eachMessage: async ({ partition, message }) => {
        const offset = Number(message.offset);
        if (!member.firstOffsets.has(partition)) member.firstOffsets.set(partition, offset);
        tally.add(partition, offset);
      },
    });
    return member;
  }

  told = (): string => `a member to have its part of the group's work: it has partitions ${this.assigned.join()}`;

  async commit(offset: number): Promise<void> {
    await this.#consumer.commitOffsets(
      this.assigned.map(partition => ({ topic: this.#topic, partition, offset: String(offset) })),
    );
  }

  async leave(): Promise<void> {
    await this.#consumer.disconnect();
  }
}
