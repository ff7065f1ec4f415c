import type { Assignment } from '../assigners/index.js';

/** The partitions of `from` that are not in `other`. */
export function withoutPartitions(from: Assignment, other: Assignment): Assignment {
  const rest: Assignment = Object.create(null) as Assignment;
  for (const [topic, partitions] of Object.entries(from)) {
    const left = partitions.filter(partition => other[topic]?.includes(partition) !== true);
    if (left.length > 0) {
      rest[topic] = left;
    }
  }
  return rest;
}

export function hasPartitions(assignment: Assignment): boolean {
  return Object.values(assignment).some(partitions => partitions.length > 0);
}

/** What is in one of the two only. */
export function difference(one: Assignment, other: Assignment): Assignment {
  const gone = withoutPartitions(one, other);
  const come = withoutPartitions(other, one);
  for (const [topic, partitions] of Object.entries(come)) {
    gone[topic] = [...(gone[topic] ?? []), ...partitions];
  }
  return gone;
}
