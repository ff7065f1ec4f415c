import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as kafkajs from 'kafkajs';
import { ConfigResourceTypes, Kafka, type Admin } from '../../src/index.js';
import { Ground, until } from '../consumer/ground.js';

const byPartition = (offsets: { partition: number; offset: string }[]) =>
  offsets.toSorted((one, other) => one.partition - other.partition);

/** kafkajs is the oracle: what it answers to the same question is what ours has to answer. */
describe('The admin client on Apache Kafka', () => {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  let ground: Ground;
  let admin: Admin;

  beforeAll(async () => {
    ground = await Ground.on(brokers);
    admin = new Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
  });
  afterEach(() => ground.closeConsumers());
  afterAll(async () => {
    await admin.disconnect();
    await ground.close();
  });

  async function stableGroup(topic: string): Promise<string> {
    const groupId = ground.name('group');
    const consumer = ground.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async () => {} });
    await until(async () => (await admin.describeGroups([groupId])).groups[0]?.state === 'Stable', 'a stable group');
    return groupId;
  }

  it('grows topics, and says why not', async () => {
    const topic = await ground.topic(1);
    expect(await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })).toBe(true);
    await until(async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length === 3;
    }, 'three partitions');
    await expect(admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })).rejects.toMatchObject({
      name: 'KafkaJSProtocolError',
      type: 'INVALID_PARTITIONS',
      message: expect.stringContaining(topic),
    });
  });

  it('describes configurations as kafkajs does, and alters them', async () => {
    const topic = await ground.topic(1);
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }];
    const altered = await admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...resources[0]!, configEntries: [{ name: 'retention.ms', value: '12345' }] }],
    });
    expect(altered.resources).toEqual([{ errorCode: 0, errorMessage: null, resourceType: 2, resourceName: topic }]);
    // Each node learns of it in its own time, and the two clients may ask different ones.
    for (const client of [admin, ground.admin]) {
      await until(async () => {
        const { resources: found } = await client.describeConfigs({ resources, includeSynonyms: false });
        return found[0]?.configEntries[0]?.configValue === '12345';
      }, 'the new value');
    }
    for (const includeSynonyms of [false, true]) {
      const ours = await admin.describeConfigs({ resources, includeSynonyms });
      const theirs = await ground.admin.describeConfigs({ resources, includeSynonyms });
      expect(ours.resources).toEqual(theirs.resources.map(resource => ({ ...resource, errorMessage: '' })));
    }
    const broker = await admin.describeConfigs({
      resources: [{ type: ConfigResourceTypes.BROKER, name: '1' }],
      includeSynonyms: false,
    });
    expect(broker.resources[0]?.configEntries.length).toBeGreaterThan(50);
    await expect(
      admin.alterConfigs({
        validateOnly: true,
        resources: [{ ...resources[0]!, configEntries: [{ name: 'retention.ms', value: 'soon' }] }],
      }),
    ).rejects.toMatchObject({ type: 'INVALID_CONFIG', message: expect.stringContaining(topic) });
  });

  it('changes single settings and leaves the others', async () => {
    const topic = await ground.topic(1);
    const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
    const configNames = ['retention.ms', 'cleanup.policy', 'segment.bytes'];
    const settings = async (): Promise<(string | undefined)[]> => {
      const { resources } = await admin.describeConfigs({
        resources: [{ ...resource, configNames }],
        includeSynonyms: false,
      });
      return configNames.map(
        name => resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue,
      );
    };
    const [, , segmentBytes] = await settings();
    await admin.incrementalAlterConfigs({
      resources: [
        {
          ...resource,
          changes: [
            { name: 'retention.ms', operation: 'set', value: '12345' },
            { name: 'segment.bytes', operation: 'set', value: '2000000' },
          ],
        },
      ],
    });
    await until(async () => (await settings()).join() === '12345,delete,2000000', 'both settings');
    await admin.incrementalAlterConfigs({
      resources: [
        {
          ...resource,
          changes: [
            { name: 'cleanup.policy', operation: 'append', value: 'compact' },
            { name: 'segment.bytes', operation: 'delete' },
          ],
        },
      ],
    });
    await until(
      async () => (await settings()).join(';') === `12345;delete,compact;${segmentBytes}`,
      'the first setting, the longer list and the default',
    );
    await expect(
      admin.incrementalAlterConfigs({
        resources: [{ ...resource, changes: [{ name: 'retention.ms', operation: 'set', value: 'soon' }] }],
        validateOnly: true,
      }),
    ).rejects.toMatchObject({ type: 'INVALID_CONFIG', message: expect.stringContaining(topic) });
  });

  it("describes a group of KIP-848 in KafkaJS's terms", async () => {
    const topic = await ground.topic(2);
    const groupId = ground.name('group');
    const consumer = ground.consumer({ groupId, groupProtocol: 'consumer' });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ eachMessage: async () => {} });
    await until(async () => (await consumer.describeGroup()).state === 'Stable', 'a stable group');
    const description = await consumer.describeGroup();
    expect((await admin.describeGroups([groupId])).groups).toEqual([description]);
    expect(description).toMatchObject({ groupId, errorCode: 0, protocolType: 'consumer', protocol: 'uniform' });
    const [member] = description.members;
    expect(member?.clientId).toBe('consumer-rules');
    expect(kafkajs.AssignerProtocol.MemberMetadata.decode(member?.memberMetadata as Buffer)?.topics).toEqual([topic]);
    expect(kafkajs.AssignerProtocol.MemberAssignment.decode(member?.memberAssignment as Buffer)?.assignment).toEqual({
      [topic]: [0, 1],
    });
  });

  it('lists, describes and deletes groups as kafkajs does', async () => {
    const topic = await ground.topic(2);
    const groupId = await stableGroup(topic);
    const ours = await admin.describeGroups([groupId]);
    expect(ours).toEqual(await ground.admin.describeGroups([groupId]));
    const [member] = ours.groups[0]?.members ?? [];
    expect(kafkajs.AssignerProtocol.MemberAssignment.decode(member?.memberAssignment as Buffer)?.assignment).toEqual({
      [topic]: [0, 1],
    });
    expect((await admin.listGroups()).groups).toContainEqual({ groupId, protocolType: 'consumer' });

    const refusal = admin.deleteGroups([groupId]);
    await expect(refusal).rejects.toMatchObject({
      name: 'KafkaJSDeleteGroupsError',
      groups: [{ groupId, errorCode: 68, error: expect.objectContaining({ type: 'NON_EMPTY_GROUP' }) }],
    });
    await ground.closeConsumers();
    expect(await admin.deleteGroups([groupId])).toEqual([{ groupId, errorCode: 0 }]);
    expect((await admin.describeGroups([groupId])).groups[0]?.state).toBe('Dead');
  });

  it('sets, resets and resolves offsets of an idle group only', async () => {
    const topic = await ground.topic(2);
    await ground.produce(topic, 0, ['a', 'b', 'c']);
    const groupId = await stableGroup(topic);
    const places = [{ partition: 0, offset: '1' }];
    await expect(admin.setOffsets({ groupId, topic, partitions: places })).rejects.toThrow(
      /must have no running instances, current state: Stable/,
    );
    await ground.closeConsumers();
    await admin.setOffsets({ groupId, topic, partitions: places });
    expect(await admin.fetchOffsets({ groupId, topics: [topic] })).toEqual(
      await ground.admin.fetchOffsets({ groupId, topics: [topic] }),
    );
    expect(await ground.committed(groupId, topic)).toEqual([1, expect.any(Number)]);
    await admin.resetOffsets({ groupId, topic, earliest: false });
    expect(await ground.committed(groupId, topic)).toEqual([3, 0]);
    await admin.resetOffsets({ groupId, topic, earliest: true });
    expect(await ground.committed(groupId, topic)).toEqual([0, 0]);

    const fresh = ground.name('group');
    expect(await admin.fetchOffsets({ groupId: fresh, topics: [topic] })).toMatchObject([
      { partitions: [{ offset: '-1' }, { offset: '-1' }] },
    ]);
    expect(await admin.fetchOffsets({ groupId: fresh, topics: [topic], resolveOffsets: true })).toMatchObject([
      { topic, partitions: [{ offset: '3' }, { offset: '0' }] },
    ]);
    expect(await ground.committed(fresh, topic)).toEqual([3, 0]);
  });

  it('deletes records, and names the partitions where it cannot', async () => {
    const topic = await ground.topic(2);
    await ground.produce(topic, 0, ['a', 'b', 'c']);
    await ground.produce(topic, 1, ['d']);
    await admin.deleteTopicRecords({
      topic,
      partitions: [
        { partition: 0, offset: '2' },
        { partition: 1, offset: '-1' },
      ],
    });
    expect(await admin.fetchTopicOffsets(topic)).toEqual([
      { partition: 0, offset: '3', high: '3', low: '2' },
      { partition: 1, offset: '1', high: '1', low: '1' },
    ]);
    await expect(
      admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '99' }] }),
    ).rejects.toMatchObject({
      name: 'KafkaJSDeleteTopicRecordsError',
      partitions: [{ partition: 0, offset: '99', error: expect.objectContaining({ type: 'OFFSET_OUT_OF_RANGE' }) }],
    });
    await expect(
      admin.deleteTopicRecords({ topic, partitions: [{ partition: 7, offset: '1' }] }),
    ).rejects.toMatchObject({
      partitions: [{ partition: 7, offset: '1', error: expect.objectContaining({ name: 'KafkaJSBrokerNotFound' }) }],
    });
  });

  it('reassigns partitions, lists what is under way, and names what is refused', async () => {
    const topic = await ground.topic(1);
    const assign = (replicas: number[]) => ({
      topics: [{ topic, partitionAssignment: [{ partition: 0, replicas }] }],
    });
    const { brokers: nodes } = await admin.describeCluster();
    await admin.alterPartitionReassignments(assign([nodes[0]!.nodeId]));
    expect(await admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] })).toEqual(
      await ground.admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] }),
    );
    expect(await admin.listPartitionReassignments({})).toEqual({ topics: [] });
    await expect(admin.alterPartitionReassignments(assign([99]))).rejects.toMatchObject({
      name: 'KafkaJSAggregateError',
      errors: [
        expect.objectContaining({
          name: 'KafkaJSAlterPartitionReassignmentsError',
          type: 'INVALID_REPLICA_ASSIGNMENT',
          topic,
          partition: 0,
        }),
      ],
    });
  });

  it('finds offsets by time as kafkajs does', async () => {
    const topic = await ground.topic(2);
    await ground.produce(topic, 0, ['a', 'b']);
    for (const time of [0, Date.now() + 60_000]) {
      expect(byPartition(await admin.fetchTopicOffsetsByTimestamp(topic, time))).toEqual(
        byPartition(await ground.admin.fetchTopicOffsetsByTimestamp(topic, time)),
      );
    }
  });

  it('describes the cluster as kafkajs does', async () => {
    const ours = await admin.describeCluster();
    const theirs = await ground.admin.describeCluster();
    const byId = (brokers: typeof ours.brokers) => brokers.toSorted((one, other) => one.nodeId - other.nodeId);
    expect(byId(ours.brokers)).toEqual(byId(theirs.brokers));
    expect(ours.clusterId).toBe(theirs.clusterId);
    // With KRaft every answer names some broker, not the controller, which clients cannot reach.
    expect(ours.brokers.map(({ nodeId }) => nodeId)).toContain(ours.controller);
  });
});
