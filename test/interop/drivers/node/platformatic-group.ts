import type { Admin } from '@platformatic/kafka';
import { GroupTally } from './group-tally.ts';
import {
  adminOf,
  type BytesConsumer,
  committedOffsets,
  consumerOf,
  textProducer,
  type TextProducer,
} from './platformatic-clients.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

const PARTITIONS = [0, 1, 2, 3];

/** `group protocol [the second's]`: one member, two, one again, which commits half of what it read; its successor goes on there. */
export async function group(scene: Scene, ...protocols: [string, ...string[]]): Promise<unknown> {
  const topic = `${scene.prefix}.group-${protocols.join('-')}`;
  const admin = adminOf(scene);
  const producer = textProducer(scene);
  try {
    await admin.createTopics({ topics: [topic], partitions: PARTITIONS.length, replicas: 1 });
    return await observe({ scene, admin, producer, topic, protocols });
  } finally {
    await Promise.all([admin.close(), producer.close()]);
  }
}

interface Stage {
  readonly scene: Scene;
  readonly admin: Admin;
  readonly producer: TextProducer;
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
  const committed = await committedOffsets(admin, topic, topic);

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
    finallyCommitted: await committedOffsets(admin, topic, topic),
  };
}

async function produceTo({ producer, topic }: Stage, from: number, to: number): Promise<void> {
  const values = Array.from({ length: to - from }, (_, index) => String(from + index));
  await producer.send({
    messages: PARTITIONS.flatMap(partition => values.map(value => ({ topic, partition, value }))),
  });
}

class Member {
  readonly firstOffsets = new Map<number, number>();
  readonly #consumer: BytesConsumer;
  readonly #topic: string;
  #failure: Error | undefined;

  private constructor({ scene, topic }: Stage, protocol: string) {
    this.#topic = topic;
    this.#consumer = consumerOf(scene, topic, protocol);
  }

  static async join(stage: Stage, tally: GroupTally, protocol = stage.protocols[0]): Promise<Member> {
    const member = new Member(stage, protocol);
    const stream = await member.#consumer.consume({
      topics: [stage.topic],
      mode: 'committed',
      fallbackMode: 'earliest',
    });
    stream.on('error', error => (member.#failure = error));
    stream.on('data', ({ partition, offset }) => {
      if (!member.firstOffsets.has(partition)) member.firstOffsets.set(partition, Number(offset));
      tally.add(partition, Number(offset));
    });
    return member;
  }

  get assigned(): number[] {
    if (this.#failure) throw this.#failure;
    const own = this.#consumer.assignments?.find(({ topic }) => topic === this.#topic);
    return (own?.partitions ?? []).toSorted();
  }

  told = (): string => `a member to have its part of the group's work: it has partitions ${this.assigned.join()}`;

  async commit(offset: number): Promise<void> {
    await this.#consumer.commit({
      offsets: this.assigned.map(partition => ({
        topic: this.#topic,
        partition,
        offset: BigInt(offset),
        leaderEpoch: -1,
      })),
    });
  }

  async leave(): Promise<void> {
    await this.#consumer.close(true);
  }
}
