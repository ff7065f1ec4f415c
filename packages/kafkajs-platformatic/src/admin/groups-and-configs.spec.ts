import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickKafka } from '../../test/support/clients.js';
import type { Kafka } from '../kafka.js';
import type { Admin } from './admin-types.js';
import { ConfigResourceTypes } from './resource-types.js';

let broker: EmbeddedKafka;
let kafka: Kafka;
let admin: Admin;

beforeEach(async () => {
  broker = await EmbeddedKafka.start({ topics: [{ name: 'orders', partitions: 2 }] });
  kafka = quickKafka(broker.brokers);
  admin = kafka.admin();
  await admin.connect();
});

afterEach(async () => {
  await admin.disconnect();
  await broker.stop();
});

describe('Groups', () => {
  it('have their offsets set while nobody is in them, are listed, and are deleted', async () => {
    await admin.setOffsets({ groupId: 'shop', topic: 'orders', partitions: [{ partition: 1, offset: '7' }] });
    expect(await admin.fetchOffsets({ groupId: 'shop', topics: ['orders'] })).toEqual([
      {
        topic: 'orders',
        partitions: [
          { partition: 0, offset: '-1', metadata: null },
          { partition: 1, offset: '7', metadata: null },
        ],
      },
    ]);
    await admin.resetOffsets({ groupId: 'shop', topic: 'orders', earliest: true });
    expect(await admin.fetchOffsets({ groupId: 'shop', topics: ['orders'] })).toMatchObject([
      { partitions: [{ offset: '0' }, { offset: '0' }] },
    ]);
    expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).toContain('shop');
    expect(await admin.deleteGroups(['shop'])).toEqual([{ groupId: 'shop', errorCode: 0 }]);
    expect((await admin.describeGroups(['shop'])).groups).toMatchObject([
      { groupId: 'shop', state: 'Dead', members: [] },
    ]);
  });

  it('that cannot be deleted are named with their reason', async () => {
    await expect(admin.deleteGroups(['nobody'])).rejects.toMatchObject({
      name: 'KafkaJSDeleteGroupsError',
      groups: [{ groupId: 'nobody', errorCode: 69, error: expect.objectContaining({ type: 'GROUP_ID_NOT_FOUND' }) }],
    });
  });
});

describe('Topics', () => {
  it('grow', async () => {
    expect(await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 4 }] })).toBe(true);
    const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] });
    expect(topics[0]?.partitions).toHaveLength(4);
    await expect(admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 1 }] })).rejects.toMatchObject({
      type: 'INVALID_PARTITIONS',
    });
  });

  it('show their configuration', async () => {
    const { resources } = await admin.describeConfigs({
      resources: [{ type: ConfigResourceTypes.TOPIC, name: 'orders' }],
      includeSynonyms: false,
    });
    expect(resources).toMatchObject([{ errorCode: 0, resourceName: 'orders', resourceType: 2 }]);
    expect(resources[0]?.configEntries[0]).toMatchObject({
      configName: expect.any(String),
      readOnly: expect.any(Boolean),
    });
  });
});

describe('Wrong arguments are named before anything is sent:', () => {
  const acl = { resourceType: 2, resourcePatternType: 3, operation: 3, permissionType: 3 } as const;
  it.each<[string, (to: Admin) => Promise<unknown>]>([
    ['Invalid groupId "": ', to => to.setOffsets({ groupId: '', topic: 'a', partitions: [] })],
    ['Empty partitions array', to => to.setOffsets({ groupId: 'g', topic: 'a', partitions: [] })],
    ['Invalid groupIds array x', to => to.deleteGroups('x' as never)],
    ['Empty topic partitions array', to => to.createPartitions({ topicPartitions: [] })],
    [
      'multiple entries for the same topic: "a"',
      to => to.createPartitions({ topicPartitions: ['a', 'a'].map(topic => ({ topic, count: 1 })) }),
    ],
    ['Invalid topic ', to => to.deleteTopicRecords({ topic: '', partitions: [] })],
    [
      'Invalid resource type 99: it must be one of UNKNOWN (0), TOPIC (2)',
      to => to.describeConfigs({ resources: [{ type: 99 as never, name: 'a' }], includeSynonyms: false }),
    ],
    [
      'Invalid resource config value for "a"',
      to =>
        to.alterConfigs({
          validateOnly: true,
          resources: [{ type: 2, name: 'a', configEntries: [{ name: 'x', value: 1 as never }] }],
        }),
    ],
    ['every "principal" has to be', to => to.createAcls({ acl: [{ ...acl, host: '*', resourceName: 'a' } as never] })],
    ['Invalid operation type 77', to => to.describeAcls({ ...acl, operation: 77 as never })],
    ['Empty ACL Filter array', to => to.deleteAcls({ filters: [] })],
    [
      'Invalid replica assignment: x for topic: a on partition: 0',
      to =>
        to.alterPartitionReassignments({
          topics: [{ topic: 'a', partitionAssignment: [{ partition: 0, replicas: 'x' as never }] }],
        }),
    ],
  ])('%s', async (message, call) => {
    const error = await call(admin).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'KafkaJSNonRetriableError', message: expect.stringContaining(message) });
  });
});
