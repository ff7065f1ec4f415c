import { setTimeout as wait } from 'node:timers/promises';
import type { IntegrityCluster } from './integrity-cluster.js';

const PATIENCE = 60_000;

/** Takes every replica of these topics away from a node, so that others lead, and gives them back as followers. */
export async function moveLeaders(
  cluster: IntegrityCluster,
  topics: readonly string[],
  awayFrom: number,
): Promise<void> {
  const others = cluster.nodes.map(({ id }) => id).filter(id => id !== awayFrom);
  await reassign(cluster, topics, partition => rotated(others, partition));
  await reassign(cluster, topics, partition => [...rotated(others, partition), awayFrom]);
}

function rotated(ids: readonly number[], by: number): number[] {
  return ids.map((_, index) => ids[(index + by) % ids.length] ?? 0);
}

async function reassign(
  cluster: IntegrityCluster,
  names: readonly string[],
  replicasOf: (partition: number) => number[],
): Promise<void> {
  await cluster.withAdmin(async admin => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
    await admin.alterPartitionReassignments({
      topics: topics.map(({ name, partitions }) => ({
        topic: name,
        partitionAssignment: partitions.map(({ partitionId }) => ({
          partition: partitionId,
          replicas: replicasOf(partitionId),
        })),
      })),
    });
    for (const end = Date.now() + PATIENCE; Date.now() < end; await wait(200)) {
      const { topics: moving } = await admin.listPartitionReassignments({});
      if (!moving.some(({ topic }) => names.includes(topic))) {
        return;
      }
    }
    throw new Error(`The replicas of ${names.join(', ')} were still on their way after ${PATIENCE / 1_000} s`);
  });
}
