import type { Admin, Consumer, Kafka } from 'kafkajs';
import { codeOf } from './kafkajs-codes.ts';
import { connectTo, createTopic, groupConfig, keepingOldRecords, type Library } from './kafkajs-library.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

const TOPIC_RESOURCE = 2;
const CONFIG_NAMES = ['cleanup.policy', 'max.message.bytes', 'min.insync.replicas', 'segment.bytes'];

/** Cluster, configurations, offsets and the life of a group as administrators see them. */
export const administration =
  (library: Library) =>
  async ({ bootstrap, prefix }: Scene): Promise<unknown> => {
    const kafka = connectTo(library, bootstrap);
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await observe(library, kafka, admin, `${prefix}.administration`);
    } finally {
      await admin.disconnect();
    }
  };

async function observe(library: Library, kafka: Kafka, admin: Admin, topic: string): Promise<unknown> {
  await createTopic(admin, keepingOldRecords(topic, 2));
  await fill(kafka, topic);
  const cluster = await admin.describeCluster();
  const offsets = sorted(await admin.fetchTopicOffsets(topic));
  const byTimestamp = sorted(await admin.fetchTopicOffsetsByTimestamp(topic, 3_500));
  const consumer = await join(kafka, topic);
  const inUse = (await admin.describeGroups([topic])).groups[0];
  const [member] = inUse?.members ?? [];
  const assigned = member && library.AssignerProtocol.MemberAssignment.decode(member.memberAssignment);
  const listed = (await admin.listGroups()).groups.some(({ groupId }) => groupId === topic);
  const deletedInUse = await codeOf(admin.deleteGroups([topic]));
  await consumer.disconnect();
  const empty = (await admin.describeGroups([topic])).groups[0];
  await admin.setOffsets({
    groupId: topic,
    topic,
    partitions: [
      { partition: 0, offset: '3' },
      { partition: 1, offset: '1' },
    ],
  });
  const [altered] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
  const remaining = sorted(await admin.fetchTopicOffsets(topic));
  await admin.deleteGroups([topic]);
  const stillListed = (await admin.listGroups()).groups.some(({ groupId }) => groupId === topic);
  return {
    brokers: cluster.brokers.length,
    isControllerKnown: cluster.brokers.some(({ nodeId }) => nodeId === cluster.controller),
    configs: await configsOf(admin, topic),
    earliest: offsets.map(({ low }) => Number(low)),
    latest: offsets.map(({ high }) => Number(high)),
    byTimestamp: byTimestamp.map(({ offset }) => Number(offset)),
    inUse: {
      state: inUse?.state,
      protocolType: inUse?.protocolType,
      members: inUse?.members.length,
      assigned: assigned?.assignment[topic]?.toSorted(),
    },
    listed,
    deletedInUse,
    empty: empty?.state,
    altered: sorted(altered?.partitions ?? []).map(({ offset }) => Number(offset)),
    afterDeleteRecords: remaining.map(({ low }) => Number(low)),
    stillListed,
    deletedAgain: await codeOf(admin.deleteGroups([topic])),
  };
}

const agingRecords = (partition: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ partition, value: 'v', timestamp: String((index + 1) * 1_000) }));

/** Ten records in partition 0 and five in partition 1, a second apart from each other. */
async function fill(kafka: Kafka, topic: string): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [...agingRecords(0, 10), ...agingRecords(1, 5)] });
  await producer.disconnect();
}

/** A group's only member, which has read everything. */
async function join(kafka: Kafka, topic: string): Promise<Consumer> {
  const consumer = kafka.consumer(groupConfig(topic, 'classic'));
  let received = 0;
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachMessage: async () => void (received += 1) });
  await until(
    () => `15 records, got ${received}`,
    () => received >= 15,
  );
  return consumer;
}

const sorted = <T extends { partition: number }>(partitions: readonly T[]): T[] =>
  partitions.toSorted((a, b) => a.partition - b.partition);

async function configsOf(admin: Admin, topic: string): Promise<Record<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: TOPIC_RESOURCE, name: topic, configNames: CONFIG_NAMES }],
  });
  const entries = resources[0]?.configEntries ?? [];
  return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
}
