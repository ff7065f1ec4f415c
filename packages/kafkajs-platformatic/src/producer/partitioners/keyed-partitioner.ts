import { randomInt } from 'node:crypto';
import type { PartitionMetadata } from '../../cluster/cluster-metadata.js';
import type { ICustomPartitioner } from './partitioner.js';

const toPositive = (value: number): number => value & 0x7fffffff;

interface Turn {
  count: number;
  /** Of which `candidates` were chosen: metadata is replaced, never changed. */
  metadata: readonly PartitionMetadata[] | undefined;
  /** Partition ids. */
  candidates: readonly number[];
}

/**
 * A message's own partition if it names one; else by the hash of its key; else, without a key, the topic's partitions in
 * turn, those without a leader left out as long as others have one.
 */
export function keyedPartitioner(hash: (key: Buffer | string) => number): ICustomPartitioner {
  return () => {
    const turns = new Map<string, Turn>();
    return ({ topic, partitionMetadata, message }) => {
      if (message.partition !== undefined && message.partition !== null) {
        return message.partition;
      }
      if (message.key !== undefined && message.key !== null) {
        return toPositive(hash(message.key)) % partitionMetadata.length;
      }
      let turn = turns.get(topic);
      if (turn === undefined) {
        turn = { count: randomInt(0x7fffffff), metadata: undefined, candidates: [] };
        turns.set(topic, turn);
      }
      turn.count = toPositive(turn.count + 1);
      if (turn.metadata !== partitionMetadata) {
        const available = partitionMetadata.filter(({ leader }) => leader >= 0);
        turn.candidates = (available.length > 0 ? available : partitionMetadata).map(({ partitionId }) => partitionId);
        turn.metadata = partitionMetadata;
      }
      return turn.candidates[turn.count % turn.candidates.length] ?? 0;
    };
  };
}
