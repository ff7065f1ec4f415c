import { ErrorCode } from '../protocol/errors.js';
import type { FetchPartition, FetchTopic, ForgottenTopic } from '../protocol/generated/fetch-request.js';
import type { PartitionDataInit } from '../protocol/generated/fetch-response.js';
import type { FetchedPartition, FetchTarget } from './fetch-target.js';

const UNKNOWN = -1n;
const LAST_EPOCH = 0x7fffffff;

/** A partition of a session, and what its client was told last. */
class SessionPartition implements FetchTarget {
  private highWatermark = UNKNOWN;
  private logStartOffset = UNKNOWN;

  constructor(
    readonly topic: string,
    readonly topicId: string,
    public wanted: FetchPartition,
  ) {}

  /** Whether there is anything that the client does not know. */
  isNews({ data, size }: FetchedPartition): boolean {
    const { highWatermark, logStartOffset = UNKNOWN, preferredReadReplica = -1 } = data;
    const isChanged = size > 0 || highWatermark !== this.highWatermark || logStartOffset !== this.logStartOffset;
    return isChanged || isTrouble(data) || preferredReadReplica >= 0;
  }

  /** The client is told this. @returns whether it did not know it */
  learn(fetched: FetchedPartition): boolean {
    const isNews = this.isNews(fetched);
    const { highWatermark, logStartOffset = UNKNOWN } = fetched.data;
    // Once the trouble is over, the client is to hear of the partition again.
    this.highWatermark = isTrouble(fetched.data) ? UNKNOWN : highWatermark;
    this.logStartOffset = logStartOffset;
    return isNews;
  }
}

function isTrouble({ errorCode, divergingEpoch }: PartitionDataInit): boolean {
  return errorCode !== ErrorCode.NONE || divergingEpoch !== undefined;
}

/**
 * A fetch session (KIP-227): the partitions that a client fetches time and again, of which it then sends only what changes,
 * and is told only what has.
 *
 * Invariants: `epoch` is the one that the next request must have, from 1 on; the partitions are in the order in which they
 * are served, in which one that brought records goes to the end; all are named by id, or all by name.
 */
export class FetchSession {
  epoch = 1;
  private readonly partitions = new Map<string, SessionPartition>();

  constructor(
    readonly id: number,
    readonly createdAt: number,
    readonly usesTopicIds: boolean,
  ) {}

  get size(): number {
    return this.partitions.size;
  }

  targets(): readonly FetchTarget[] {
    return [...this.partitions.values()];
  }

  /** Takes in what a request adds, changes and forgets. */
  update(topics: readonly FetchTopic[], forgotten: readonly ForgottenTopic[]): void {
    for (const { topic, topicId, partitions } of topics) {
      for (const wanted of partitions) {
        const key = this.keyOf(topic, topicId, wanted.partition);
        const known = this.partitions.get(key);
        if (known) known.wanted = wanted;
        else this.partitions.set(key, new SessionPartition(topic, topicId, wanted));
      }
    }
    for (const { topic, topicId, partitions } of forgotten) {
      for (const partition of partitions) this.partitions.delete(this.keyOf(topic, topicId, partition));
    }
  }

  nextEpoch(): void {
    this.epoch = this.epoch === LAST_EPOCH ? 1 : this.epoch + 1;
  }

  /** All of this was told to the client. */
  tell(fetched: readonly FetchedPartition[]): void {
    for (const each of fetched) {
      const { topic, topicId, wanted } = each.target;
      this.partitions.get(this.keyOf(topic, topicId, wanted.partition))?.learn(each);
    }
  }

  /** What of this the client would have to be told. */
  preview(fetched: readonly FetchedPartition[]): FetchedPartition[] {
    return fetched.filter(each => (each.target instanceof SessionPartition ? each.target.isNews(each) : true));
  }

  /** What of this the client has to be told; it counts as told. */
  news(fetched: readonly FetchedPartition[]): FetchedPartition[] {
    return fetched.filter(each => {
      const { target, size } = each;
      if (size > 0) this.moveToEnd(target);
      // A partition that a later request has forgotten is gone from the session, but was asked for.
      return target instanceof SessionPartition ? target.learn(each) : true;
    });
  }

  private moveToEnd({ topic, topicId, wanted }: FetchTarget): void {
    const key = this.keyOf(topic, topicId, wanted.partition);
    const partition = this.partitions.get(key);
    if (partition === undefined) return;
    this.partitions.delete(key);
    this.partitions.set(key, partition);
  }

  private keyOf(topic: string, topicId: string, partition: number): string {
    return `${this.usesTopicIds ? topicId : topic} ${partition}`;
  }
}
