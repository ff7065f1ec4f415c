import { AssignerProtocol, type Assigner } from '../assigners/index.js';
import type { Cluster } from '../cluster/cluster.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { Logger } from '../logger/logger.js';
import type { JoinedGroup } from './group-coordinator.js';
import { rootOf } from './recoverable.js';

export interface GroupAssignment {
  readonly memberId: string;
  readonly assignment: Buffer;
}

/** What the leader of a group does for all: deal out the partitions, and notice when there are more of them. */
export class GroupLeader {
  readonly #cluster: Cluster;
  readonly #assigners: readonly Assigner[];
  readonly #allowAutoTopicCreation: boolean;
  readonly #logger: Logger;
  /** Partition count of each topic as it was dealt out last; empty unless this member leads. */
  #dealt = new Map<string, number>();

  constructor(cluster: Cluster, assigners: readonly Assigner[], allowAutoTopicCreation: boolean, logger: Logger) {
    this.#cluster = cluster;
    this.#assigners = assigners;
    this.#allowAutoTopicCreation = allowAutoTopicCreation;
    this.#logger = logger;
  }

  /** Asks the assigner, also when this is the only member: its result may differ from "everything". */
  async assign(joined: JoinedGroup, ownTopics: readonly string[]): Promise<GroupAssignment[]> {
    const assigner = this.#assigners.find(({ name }) => name === joined.protocolName);
    if (assigner === undefined) {
      throw new KafkaJSNonRetriableError(
        `Unsupported partition assigner "${joined.protocolName}": it is not among ` +
          `${this.#assigners.map(({ name }) => `"${name}"`).join(', ')}. Give every member of the group the same partitionAssigners.`,
      );
    }
    const topics = await this.#known(this.#union(joined, ownTopics));
    const members = joined.members.map(({ memberId, metadata }) => ({ memberId, memberMetadata: metadata }));
    const assignments = await assigner.assign({ members, topics });
    this.#dealt = this.#counts(topics);
    return assignments.map(({ memberId, memberAssignment }) => ({ memberId, assignment: memberAssignment }));
  }

  follow(): void {
    this.#dealt = new Map();
  }

  /** True if a topic has more partitions than were dealt out (or was made anew with another number). */
  async hasGrown(): Promise<boolean> {
    const dealt = this.#dealt;
    if (dealt.size === 0) {
      return false;
    }
    const counts = this.#counts(await this.#known([...dealt.keys()]));
    return [...counts].some(([topic, count]) => count !== dealt.get(topic));
  }

  #counts(topics: readonly string[]): Map<string, number> {
    return new Map(topics.map(topic => [topic, this.#cluster.findTopicPartitionMetadata(topic).length]));
  }

  #union({ members }: JoinedGroup, ownTopics: readonly string[]): string[] {
    const union = new Set(ownTopics);
    for (const { memberId, metadata } of members) {
      try {
        AssignerProtocol.MemberMetadata.decode(metadata).topics.forEach(topic => union.add(topic));
      } catch (error) {
        // An assigner is free to use a format of its own.
        this.#logger.debug(`Topics of member ${memberId} cannot be read: ${rootOf(error).message}`);
      }
    }
    return [...union];
  }

  /** Those topics that the cluster knows; a missing one must not keep the others from being consumed. */
  async #known(topics: readonly string[]): Promise<string[]> {
    try {
      await this.#cluster.metadata(topics, { allowAutoTopicCreation: this.#allowAutoTopicCreation });
    } catch (error) {
      const known = topics.filter(topic => this.#cluster.findTopicPartitionMetadata(topic).length > 0);
      if (known.length === 0) {
        throw error;
      }
      this.#logger.warn(`Not all topics of the group can be assigned: ${rootOf(error).message}`);
      return known;
    }
    return [...topics];
  }
}
