export interface StickyMember {
  readonly memberId: string;
  readonly topics: ReadonlySet<string>;
  /** What the member may keep, by topic. */
  readonly owned: ReadonlyMap<string, readonly number[]>;
}

interface Load {
  readonly member: StickyMember;
  readonly partitions: Map<string, number[]>;
  count: number;
}

/**
 * Deals out partitions so that no member has two more than another one that could take one of them, and so that as few
 * as possible move: what is owned stays, what is free goes to whoever has least, and only then the fullest give.
 *
 * Deterministic: the same members and partitions give the same result, whoever leads.
 * @param counts partitions of each topic; a topic without a subscriber is left out
 * @returns by member id and topic, ascending
 */
export function stickyAssignment(
  members: readonly StickyMember[],
  counts: ReadonlyMap<string, number>,
): Map<string, Map<string, number[]>> {
  const loads = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1)).map(member => keep(member, counts));
  dealOut(loads, counts);
  while (moveOne(loads)) {
    // Each move brings two loads closer together, so this ends.
  }
  for (const { partitions } of loads) {
    for (const list of partitions.values()) {
      list.sort((a, b) => a - b);
    }
  }
  return new Map(loads.map(({ member, partitions }) => [member.memberId, partitions]));
}

function keep(member: StickyMember, counts: ReadonlyMap<string, number>): Load {
  const load: Load = { member, partitions: new Map(), count: 0 };
  for (const [topic, owned] of member.owned) {
    const existing = counts.get(topic) ?? 0;
    for (const partition of owned) {
      if (member.topics.has(topic) && partition < existing) {
        give(load, topic, partition);
      }
    }
  }
  return load;
}

function dealOut(loads: readonly Load[], counts: ReadonlyMap<string, number>): void {
  const topics = Array.from(counts, ([topic, count]) => ({
    topic,
    count,
    takers: loads.filter(({ member }) => member.topics.has(topic)),
  }));
  // Those that few can take come first: whoever can take others as well is not full of them then.
  topics.sort((a, b) => a.takers.length - b.takers.length || (a.topic < b.topic ? -1 : 1));
  for (const { topic, count, takers } of topics) {
    const kept = new Set(loads.flatMap(({ partitions }) => partitions.get(topic) ?? []));
    for (let partition = 0; partition < count; partition++) {
      const taker = kept.has(partition) ? undefined : least(takers);
      if (taker !== undefined) {
        give(taker, topic, partition);
      }
    }
  }
}

/** From the fullest that can give to the emptiest that can take. @returns false if nothing is left to even out */
function moveOne(loads: readonly Load[]): boolean {
  for (const giver of loads.toSorted((a, b) => b.count - a.count)) {
    for (const [topic, partitions] of giver.partitions) {
      const taker = least(loads.filter(({ member }) => member.topics.has(topic)));
      if (taker !== undefined && giver.count - taker.count >= 2) {
        const partition = partitions.pop();
        if (partition === undefined) {
          continue;
        }
        giver.count--;
        give(taker, topic, partition);
        return true;
      }
    }
  }
  return false;
}

function least(loads: readonly Load[]): Load | undefined {
  let found = loads[0];
  for (const load of loads) {
    if (found === undefined || load.count < found.count) {
      found = load;
    }
  }
  return found;
}

function give(load: Load, topic: string, partition: number): void {
  const list = load.partitions.get(topic);
  if (list === undefined) {
    load.partitions.set(topic, [partition]);
  } else {
    list.push(partition);
  }
  load.count++;
}
