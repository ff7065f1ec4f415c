import {
  consumerGroupHeartbeatCodec,
  type ConsumerGroupHeartbeatRequestInit,
  type ConsumerGroupHeartbeatResponse,
} from '../../../src/protocol/generated/consumer-group-heartbeat.js';
import type { Talk, TopicHandle } from '../talk.js';

type Changes = Partial<ConsumerGroupHeartbeatRequestInit>;

/** A topic that Kafka's group coordinator knows too, which learns of it last. */
export async function topicFor(talk: Talk, partitions: number): Promise<TopicHandle> {
  const topic = await talk.topic('heroes', partitions);
  await talk.moment();
  return topic;
}

/** A member of one consumer group, that remembers its epoch. Its id is what it calls itself. */
export class TalkingMember {
  epoch = 0;

  constructor(
    private readonly talk: Talk,
    readonly groupId: string,
    readonly memberId: string,
    private readonly on = 'a',
  ) {}

  /** Joins, reading these topics. */
  join(step: string, topics: readonly string[], more: Changes = {}): Promise<ConsumerGroupHeartbeatResponse> {
    return this.send(step, {
      memberEpoch: 0,
      rebalanceTimeoutMs: 30_000,
      subscribedTopicNames: topics,
      topicPartitions: [],
      ...more,
    });
  }

  /** Says that it lives, and what has changed. */
  async send(step: string, more: Changes = {}): Promise<ConsumerGroupHeartbeatResponse> {
    const request = { groupId: this.groupId, memberId: this.memberId, memberEpoch: this.epoch, ...more };
    const answer = await this.talk.ask(step, consumerGroupHeartbeatCodec, request, { on: this.on });
    if (answer.errorCode === 0) this.epoch = answer.memberEpoch;
    return answer;
  }
}
