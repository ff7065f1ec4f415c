import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes, type Admin } from '@platformatic/kafka';
import { adminOf } from './platformatic-clients.ts';
import { codeOf } from './platformatic-codes.ts';
import type { Scene } from './scenario-loop.ts';
import { until } from './until.ts';

const RETENTION = 'retention.ms';

export async function topics(scene: Scene): Promise<unknown> {
  const admin = adminOf(scene);
  try {
    return await observe(admin, `${scene.prefix}.topics`);
  } finally {
    await admin.close();
  }
}

async function observe(admin: Admin, topic: string): Promise<unknown> {
  const [created] = await admin.createTopics({
    topics: [topic],
    partitions: 3,
    replicas: 1,
    configs: [{ name: RETENTION, value: '3600000' }],
  });
  const again = await codeOf(admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }));
  const invalid = await codeOf(admin.createTopics({ topics: ['no topic name'], partitions: 1, replicas: 1 }));
  const partitions = await countPartitions(admin, topic);
  const retention = await retentionOf(admin, topic);
  await admin.incrementalAlterConfigs({
    resources: [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: topic,
        configs: [{ name: RETENTION, configOperation: IncrementalAlterConfigOperationTypes.SET, value: '7200000' }],
      },
    ],
  });
  await until(
    () => 'the altered configuration',
    async () => (await retentionOf(admin, topic)) !== retention,
  );
  const altered = await retentionOf(admin, topic);
  await admin.createPartitions({ topics: [{ name: topic, count: 5, assignments: null }] });
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
  return {
    created: created?.name === topic,
    again,
    invalid,
    partitions,
    retention,
    altered,
    grown,
    deletedAgain: await codeOf(admin.deleteTopics({ topics: [topic] })),
  };
}

async function countPartitions(admin: Admin, topic: string): Promise<number | undefined> {
  const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
  return topics.get(topic)?.partitionsCount;
}

async function retentionOf(admin: Admin, topic: string): Promise<string | null | undefined> {
  const [described] = await admin.describeConfigs({
    resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: [RETENTION] }],
  });
  return described?.configs[0]?.value;
}
