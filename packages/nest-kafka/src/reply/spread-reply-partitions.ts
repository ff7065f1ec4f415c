/** A member of a reply group, as its leader sees it. */
export interface ReplyMember {
  memberId: string;
  /** Topics it subscribed to. */
  topics: ReadonlySet<string>;
  /** The partition of each topic at which it is awaiting replies. */
  previous: Readonly<Record<string, number>>;
}

/** Partitions per topic per member. */
export type ReplySpread = Map<string, Map<string, number[]>>;

/**
 * Gives each member a partition of each topic it subscribed to: the one it had, else the lowest that is free; what is
 * left over goes round. A member that finds nothing free gets nothing, and cannot send requests.
 *
 * Members keep their partition when others come and go, because replies to requests in flight are addressed to it.
 */
export function spreadReplyPartitions(
  members: readonly ReplyMember[],
  partitions: ReadonlyMap<string, readonly number[]>,
): ReplySpread {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const spread: ReplySpread = new Map(sorted.map(({ memberId }) => [memberId, new Map()]));
  for (const [topic, all] of partitions) {
    const subscribers = sorted.filter(member => member.topics.has(topic));
    const free = new Set([...all].sort((a, b) => a - b));
    const give = (member: ReplyMember, partition: number): void => {
      const topics = spread.get(member.memberId);
      topics?.set(topic, [...(topics.get(topic) ?? []), partition]);
      free.delete(partition);
    };
    for (const member of subscribers) {
      const previous = member.previous[topic];
      if (previous !== undefined && free.has(previous)) {
        give(member, previous);
      }
    }
    for (const member of subscribers) {
      const [lowest] = free;
      if (lowest !== undefined && !spread.get(member.memberId)?.has(topic)) {
        give(member, lowest);
      }
    }
    let turn = 0;
    for (const partition of free) {
      const member = subscribers[turn++ % subscribers.length];
      if (member !== undefined) {
        give(member, partition);
      }
    }
  }
  return spread;
}
