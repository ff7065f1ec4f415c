import { randomInt } from 'node:crypto';
import type { ICustomPartitioner } from './partitioner.js';

const toPositive = (value: number): number => value & 0x7fffffff;

/**
 * A message's own partition if it names one; else by the hash of its key; else, without a key, the topic's partitions in
 * turn, those without a leader left out as long as others have one.
 */
export function keyedPartitioner(hash: (key: Buffer | string) => number): ICustomPartitioner {
  return () => {
    const turns = new Map<string, number>();
    return ({ topic, partitionMetadata, message }) => {
      if (message.partition !== undefined && message.partition !== null) {
        return message.partition;
      }
      if (message.key !== undefined && message.key !== null) {
        return toPositive(hash(message.key)) % partitionMetadata.length;
      }
      const turn = toPositive((turns.get(topic) ?? randomInt(0x7fffffff)) + 1);
      turns.set(topic, turn);
      const available = partitionMetadata.filter(({ leader }) => leader >= 0);
      const candidates = available.length > 0 ? available : partitionMetadata;
      return candidates[turn % candidates.length]?.partitionId ?? 0;
    };
  };
}
