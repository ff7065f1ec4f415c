import { ConfigResourceTypes, ListOffsetTimestamps, type Admin } from '@platformatic/kafka';
import {
  adminOf,
  type BytesConsumer,
  committedOffsets,
  consumerOf,
  keepingOldRecords,
  textProducer,
} from './platformatic-clients.ts';
import { codeOf } from './platformatic-codes.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

const CONFIG_NAMES = ['cleanup.policy', 'max.message.bytes', 'min.insync.replicas', 'segment.bytes'];

/** Cluster, configurations, offsets and the life of a group as administrators see them. */
export async function administration(scene: Scene): Promise<unknown> {
  const admin = adminOf(scene);
  try {
    return await observe(scene, admin, `${scene.prefix}.administration`);
  } finally {
    await admin.close();
  }
}

async function observe(scene: Scene, admin: Admin, topic: string): Promise<unknown> {
  await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1, configs: keepingOldRecords });
  await fill(scene, topic);
  const cluster = await admin.metadata({ topics: [topic], forceUpdate: true });
  const earliest = await offsetsOf(admin, topic, ListOffsetTimestamps.EARLIEST);
  const latest = await offsetsOf(admin, topic, ListOffsetTimestamps.LATEST);
  const byTimestamp = await offsetsOf(admin, topic, 3_500n);
  const consumer = await join(scene, topic);
  const inUse = (await admin.describeGroups({ groups: [topic] })).get(topic);
  const members = Array.from(inUse?.members.values() ?? []);
  const listed = (await admin.listGroups()).has(topic);
  const deletedInUse = await codeOf(admin.deleteGroups({ groups: [topic] }));
  await consumer.close(true);
  const empty = (await admin.describeGroups({ groups: [topic] })).get(topic);
  await admin.alterConsumerGroupOffsets({
    groupId: topic,
    topics: [
      {
        name: topic,
        partitionOffsets: [
          { partition: 0, offset: 3n },
          { partition: 1, offset: 1n },
        ],
      },
    ],
  });
  const altered = await committedOffsets(admin, topic, topic);
  await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 4n }] }] });
  const afterDeleteRecords = await offsetsOf(admin, topic, ListOffsetTimestamps.EARLIEST);
  await admin.deleteGroups({ groups: [topic] });
  return {
    brokers: cluster.brokers.size,
    isControllerKnown: cluster.brokers.has(cluster.controllerId),
    configs: await configsOf(admin, topic),
    earliest,
    latest,
    byTimestamp,
    inUse: {
      state: inUse && shown(inUse.state),
      protocolType: inUse?.protocolType,
      members: members.length,
      assigned: members.flatMap(({ assignments }) => assignments?.get(topic)?.partitions ?? []).sort(),
    },
    listed,
    deletedInUse,
    empty: empty && shown(empty.state),
    altered,
    afterDeleteRecords,
    stillListed: (await admin.listGroups()).has(topic),
    deletedAgain: await codeOf(admin.deleteGroups({ groups: [topic] })),
  };
}

/** The client's names of states are in capitals. */
const shown = (state: string): string => state.charAt(0) + state.slice(1).toLowerCase();

/** Ten records in partition 0 and five in partition 1, a second apart from each other. */
async function fill(scene: Scene, topic: string): Promise<void> {
  const producer = textProducer(scene);
  const records = (partition: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      topic,
      partition,
      value: 'v',
      timestamp: BigInt(index + 1) * 1_000n,
    }));
  await producer.send({ messages: [...records(0, 10), ...records(1, 5)] });
  await producer.close();
}

/** A group's only member, which has read everything. */
async function join(scene: Scene, topic: string): Promise<BytesConsumer> {
  const consumer = consumerOf(scene, topic, 'classic');
  let received = 0;
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
  stream.on('data', () => void (received += 1));
  await until(
    () => `15 records, got ${received}`,
    () => received >= 15,
  );
  return consumer;
}

async function offsetsOf(admin: Admin, topic: string, timestamp: bigint): Promise<number[]> {
  const partitions = [0, 1].map(partitionIndex => ({ partitionIndex, timestamp }));
  const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
  const sorted = (listed?.partitions ?? []).toSorted((a, b) => a.partitionIndex - b.partitionIndex);
  return sorted.map(({ offset }) => Number(offset));
}

async function configsOf(admin: Admin, topic: string): Promise<Record<string, unknown>> {
  const [described] = await admin.describeConfigs({
    resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: CONFIG_NAMES }],
  });
  return Object.fromEntries((described?.configs ?? []).map(({ name, value }) => [name, value]));
}
