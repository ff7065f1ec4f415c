import { Kafka, logLevel } from 'kafkajs-platformatic';

const OFFSETS_TOPIC = '__consumer_offsets';

/** The node that coordinates a group: the leader of the partition of the offsets' topic that the group's name falls on. */
export async function coordinatorOf(brokers: readonly string[], groupId: string): Promise<number> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [OFFSETS_TOPIC] });
    const partitions = topics[0]?.partitions ?? [];
    const mine = javaHash(groupId) % partitions.length;
    const leader = partitions.find(({ partitionId }) => partitionId === mine)?.leader;
    if (leader === undefined) {
      throw new Error(`Nobody leads ${OFFSETS_TOPIC}[${mine}], which the group "${groupId}" falls on`);
    }
    return leader;
  } finally {
    await admin.disconnect();
  }
}

/** `String.hashCode()` without its sign, as Kafka takes it (`Utils.abs`). */
function javaHash(text: string): number {
  let hash = 0;
  for (const unit of text) {
    hash = (Math.imul(hash, 31) + unit.charCodeAt(0)) | 0;
  }
  return hash & 0x7fffffff;
}
