import { silentLogger } from '../../logger.js';
import { GroupCoordinator } from '../group-coordinator.js';
import type { GroupCoordinatorOptions, GroupTimes } from '../group-options.js';
import { SteppedClock } from '../../stepped-clock.js';
import type { ConsumerGroupDescription } from './consumer-group-description.js';
import type { ConsumerHeartbeatRequest, ConsumerHeartbeatResponse } from './heartbeat-messages.js';
import type { DirectoryTopic, TopicDirectory } from './topic-directory.js';

export const GROUP = 'league';

/** Topics whose ids are their names in capitals. */
export class TestDirectory implements TopicDirectory {
  revision = 0;
  readonly #topics = new Map<string, DirectoryTopic>();

  get topics(): Iterable<DirectoryTopic> {
    return this.#topics.values();
  }

  set(name: string, partitions: number): void {
    this.#topics.set(name, { name, id: name.toUpperCase(), partitions: { length: partitions } });
    this.revision++;
  }

  delete(name: string): void {
    this.#topics.delete(name);
    this.revision++;
  }

  topic(name: string): DirectoryTopic | undefined {
    return this.#topics.get(name);
  }

  topicById(id: string): DirectoryTopic | undefined {
    return [...this.#topics.values()].find(topic => topic.id === id);
  }
}

/** A member that keeps to the protocol: takes over what it is told, and owns it until it is told otherwise. */
export class TestMember {
  epoch = 0;
  /** `TOPIC-partition` */
  owned: string[] = [];

  constructor(
    private readonly groups: GroupCoordinator,
    readonly memberId: string,
    private readonly instanceId: string | null = null,
  ) {}

  join(topics: readonly string[], changes: Partial<ConsumerHeartbeatRequest> = {}): ConsumerHeartbeatResponse {
    this.owned = [];
    return this.send({
      memberEpoch: 0,
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: topics,
      topicPartitions: [],
      ...changes,
    });
  }

  /** A heartbeat that tells what it owns; it gives up at once what is taken away. */
  beat(changes: Partial<ConsumerHeartbeatRequest> = {}): ConsumerHeartbeatResponse {
    return this.send({ topicPartitions: toTopicPartitions(this.owned), ...changes });
  }

  leave(memberEpoch = -1): ConsumerHeartbeatResponse {
    return this.send({ memberEpoch });
  }

  private send(changes: Partial<ConsumerHeartbeatRequest>): ConsumerHeartbeatResponse {
    const answer = this.groups.consumerHeartbeat(
      {
        groupId: GROUP,
        memberId: this.memberId,
        memberEpoch: this.epoch,
        instanceId: this.instanceId,
        rackId: null,
        rebalanceTimeoutMs: -1,
        subscribedTopicNames: null,
        subscribedTopicRegex: null,
        serverAssignor: null,
        topicPartitions: null,
        ...changes,
      },
      { clientId: this.memberId, clientHost: '/127.0.0.1' },
      true,
    );
    if (answer.errorCode === 0) this.epoch = answer.memberEpoch;
    if (answer.assignment !== null) {
      this.owned = answer.assignment.topicPartitions
        .flatMap(({ topicId, partitions }) => partitions.map(partition => `${topicId}-${partition}`))
        .sort();
    }
    return answer;
  }
}

function toTopicPartitions(owned: readonly string[]): { topicId: string; partitions: number[] }[] {
  const byTopic = new Map<string, number[]>();
  for (const one of owned) {
    const [topicId = '', partition] = one.split('-');
    byTopic.set(topicId, [...(byTopic.get(topicId) ?? []), Number(partition)]);
  }
  return Array.from(byTopic, ([topicId, partitions]) => ({ topicId, partitions }));
}

/** A coordinator on a clock that stands still. */
export class ConsumerGround {
  readonly clock = new SteppedClock();
  readonly directory = new TestDirectory();
  readonly groups: GroupCoordinator;

  /** What the group has of its own. */
  times: GroupTimes = {};

  constructor(options: Partial<GroupCoordinatorOptions> = {}) {
    const { clock, directory } = this;
    this.groups = new GroupCoordinator({
      clock,
      directory,
      logger: silentLogger,
      options,
      configsOf: groupId => (groupId === GROUP ? this.times : {}),
    });
  }

  member(memberId: string, instanceId: string | null = null): TestMember {
    return new TestMember(this.groups, memberId, instanceId);
  }

  get group(): ConsumerGroupDescription {
    const group = this.groups.describeConsumer(GROUP);
    if (group === undefined) throw new Error('There is no consumer group');
    return group;
  }

  /** Heartbeats of all of them until nothing changes any more. */
  settle(...members: TestMember[]): void {
    for (let round = 0; round < 10; round++) for (const member of members) member.beat();
  }
}
