import type { Admin } from 'kafkajs';
import { connectTo, createTopic, type Library } from './kafkajs-library.ts';
import { codeOf } from './kafkajs-codes.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

const TOPIC_RESOURCE = 2;

export const topics =
  (library: Library) =>
  async ({ bootstrap, prefix }: Scene): Promise<unknown> => {
    const admin = connectTo(library, bootstrap).admin();
    await admin.connect();
    try {
      return await observe(admin, `${prefix}.topics`);
    } finally {
      await admin.disconnect();
    }
  };

async function observe(admin: Admin, topic: string): Promise<unknown> {
  const created = await createTopic(admin, {
    topic,
    numPartitions: 3,
    replicationFactor: 1,
    configEntries: [{ name: 'retention.ms', value: '3600000' }],
  });
  // KafkaJS swallows TOPIC_ALREADY_EXISTS (36) and answers false.
  const again = (await admin.createTopics({ topics: [{ topic }] })) ? 0 : 36;
  const invalid = await codeOf(admin.createTopics({ topics: [{ topic: 'no topic name' }] }));
  const partitions = await countPartitions(admin, topic);
  const retention = await retentionOf(admin, topic);
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: TOPIC_RESOURCE, name: topic, configEntries: [{ name: 'retention.ms', value: '7200000' }] }],
  });
  await until(
    () => 'the altered configuration',
    async () => (await retentionOf(admin, topic)) !== retention,
  );
  const altered = await retentionOf(admin, topic);
  await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
  await until(
    () => 'the new partitions',
    async () => (await countPartitions(admin, topic)) !== partitions,
  );
  const grown = await countPartitions(admin, topic);
  await admin.deleteTopics({ topics: [topic] });
  await until(
    () => 'the end of the topic',
    async () => !(await admin.listTopics()).includes(topic),
  );
  const deletedAgain = await codeOf(admin.deleteTopics({ topics: [topic] }));
  return { created, again, invalid, partitions, retention, altered, grown, deletedAgain };
}

async function countPartitions(admin: Admin, topic: string): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics[0]?.partitions.length ?? 0;
}

async function retentionOf(admin: Admin, topic: string): Promise<string | undefined> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: TOPIC_RESOURCE, name: topic, configNames: ['retention.ms'] }],
  });
  return resources[0]?.configEntries[0]?.configValue;
}
