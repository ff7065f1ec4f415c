import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../src/protocol/errors.js';
import { alterPartitionReassignmentsCodec } from '../../src/protocol/generated/alter-partition-reassignments.js';
import { deleteRecordsCodec } from '../../src/protocol/generated/delete-records.js';
import { describeGroupsCodec } from '../../src/protocol/generated/describe-groups.js';
import { describeProducersCodec } from '../../src/protocol/generated/describe-producers.js';
import { electLeadersCodec } from '../../src/protocol/generated/elect-leaders.js';
import { endTxnCodec } from '../../src/protocol/generated/end-txn.js';
import { fetchCodec } from '../../src/protocol/generated/fetch.js';
import { heartbeatCodec } from '../../src/protocol/generated/heartbeat.js';
import { initProducerIdCodec } from '../../src/protocol/generated/init-producer-id.js';
import { joinGroupCodec } from '../../src/protocol/generated/join-group.js';
import { listOffsetsCodec } from '../../src/protocol/generated/list-offsets.js';
import { offsetFetchCodec } from '../../src/protocol/generated/offset-fetch.js';
import { offsetForLeaderEpochCodec } from '../../src/protocol/generated/offset-for-leader-epoch.js';
import { produceCodec } from '../../src/protocol/generated/produce.js';
import { buildBatch } from '../support/build-batch.js';
import { ClusterTalk, type ThreeNodes } from './cluster-ground.js';

const { NONE, NOT_LEADER_OR_FOLLOWER, NOT_COORDINATOR, NOT_ENOUGH_REPLICAS } = ErrorCode;

interface TopicHandle {
  readonly name: string;
  readonly id: string;
}

/** What three nodes do, held by the same specs on Apache Kafka and on the embedded broker. */
export function describeCluster(title: string, start: () => Promise<ThreeNodes>, prefix: string): void {
  describe(`${title}`, () => {
    let cluster: ThreeNodes;
    let talk: ClusterTalk;

    beforeAll(async () => {
      cluster = await start();
      talk = new ClusterTalk(cluster, prefix);
    }, 180_000);
    afterAll(async () => {
      talk?.end();
      await cluster?.end();
    }, 60_000);

    async function produce(node: number, topic: TopicHandle, version = 12, acks = -1) {
      const records = buildBatch({ timestamps: [Date.now()] });
      const answer = await (
        await talk.at(node)
      ).call(produceCodec, version, {
        acks,
        timeoutMs: 5_000,
        topicData: [{ name: topic.name, topicId: topic.id, partitionData: [{ index: 0, records }] }],
      });
      const partition = answer.responses[0]?.partitionResponses[0];
      return {
        error: partition?.errorCode,
        offset: partition?.baseOffset,
        leader: partition?.currentLeader,
        endpoints: answer.nodeEndpoints.map(({ nodeId }) => nodeId),
      };
    }

    async function fetch(node: number, topic: TopicHandle, version: number, lastFetchedEpoch = -1, fetchOffset = 0n) {
      const answer = await (
        await talk.at(node)
      ).call(fetchCodec, version, {
        maxWaitMs: 0,
        minBytes: 0,
        topics: [
          {
            topic: topic.name,
            topicId: topic.id,
            partitions: [{ partition: 0, fetchOffset, lastFetchedEpoch, partitionMaxBytes: 1_000_000 }],
          },
        ],
      });
      const partition = answer.responses[0]?.partitions[0];
      return {
        error: partition?.errorCode,
        highWatermark: partition?.highWatermark,
        hasRecords: (partition?.records?.length ?? 0) > 0,
        diverging: partition?.divergingEpoch,
        leader: partition?.currentLeader,
        endpoints: answer.nodeEndpoints.map(({ nodeId }) => nodeId),
      };
    }

    const reassign = async (topic: TopicHandle, replicas: readonly number[]) =>
      (await talk.at(1)).call(alterPartitionReassignmentsCodec, 0, {
        timeoutMs: 10_000,
        topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, replicas }] }],
      });

    const elect = async (topic: TopicHandle) => {
      const { replicaElectionResults } = await (
        await talk.at(3)
      ).call(electLeadersCodec, 2, { topicPartitions: [{ topic: topic.name, partitions: [0] }], timeoutMs: 10_000 });
      return replicaElectionResults[0]?.partitionResult[0]?.errorCode;
    };

    const endOfEpochs = async (node: number, topic: TopicHandle, epochs: readonly number[]) => {
      const { topics } = await (
        await talk.at(node)
      ).call(offsetForLeaderEpochCodec, 4, {
        replicaId: -1,
        topics: [{ topic: topic.name, partitions: epochs.map(leaderEpoch => ({ partition: 0, leaderEpoch })) }],
      });
      return topics[0]?.partitions.map(each => [each.errorCode, each.leaderEpoch, Number(each.endOffset)]);
    };

    it('sends producers to the leader, from version 10 on with its address (KIP-951)', async () => {
      const topic = await talk.topic([[1, 2]]);
      for (const node of [2, 3]) {
        expect(await produce(node, topic, 9)).toMatchObject({ error: NOT_LEADER_OR_FOLLOWER, endpoints: [] });
        for (const version of [10, 13]) {
          const leader = { leaderId: 1, leaderEpoch: 0 };
          const refused = { error: NOT_LEADER_OR_FOLLOWER, leader, endpoints: [1] };
          expect(await produce(node, topic, version)).toMatchObject(refused);
        }
      }
      expect(await produce(1, topic)).toMatchObject({ error: NONE, offset: 0n, endpoints: [] });
    });

    it('serves fetches at followers from version 11 on, and says elsewhere who leads', async () => {
      const topic = await talk.topic([[1, 2]]);
      await produce(1, topic);
      expect(await fetch(2, topic, 10)).toMatchObject({ error: NOT_LEADER_OR_FOLLOWER });
      for (const version of [11, 16]) {
        for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
          if ((await fetch(2, topic, version)).highWatermark === 1n) break;
        }
        expect(await fetch(2, topic, version)).toMatchObject({ error: NONE, highWatermark: 1n, hasRecords: true });
      }
      expect(await fetch(3, topic, 12)).toMatchObject({ error: NOT_LEADER_OR_FOLLOWER, endpoints: [] });
      const leader = { leaderId: 1, leaderEpoch: 0 };
      expect(await fetch(3, topic, 17)).toMatchObject({ error: NOT_LEADER_OR_FOLLOWER, leader, endpoints: [1] });
    });

    it('lets only the leader list offsets, tell epochs and delete records; any replica describes producers', async () => {
      const { name } = await talk.topic([[1, 2]]);
      const errors = await Promise.all(
        [1, 2, 3].map(async id => {
          const client = await talk.at(id);
          const at = { partitionIndex: 0, timestamp: -1n };
          const listed = await client.call(listOffsetsCodec, 7, {
            replicaId: -1,
            isolationLevel: 0,
            topics: [{ name, partitions: [at] }],
          });
          const deleted = await client.call(deleteRecordsCodec, 2, {
            timeoutMs: 5_000,
            topics: [{ name, partitions: [{ partitionIndex: 0, offset: 0n }] }],
          });
          const described = await client.call(describeProducersCodec, 0, { topics: [{ name, partitionIndexes: [0] }] });
          return [
            listed.topics[0]?.partitions[0]?.errorCode,
            (await endOfEpochs(id, { name, id: '' }, [0]))?.[0]?.[0],
            deleted.topics[0]?.partitions[0]?.errorCode,
            described.topics[0]?.partitions[0]?.errorCode,
          ];
        }),
      );
      const no = NOT_LEADER_OR_FOLLOWER;
      expect(errors).toEqual([
        [NONE, NONE, NONE, NONE],
        [no, no, no, NONE],
        [no, no, no, no],
      ]);
    });

    it('answers for a group at its coordinator alone', async () => {
      const groupId = talk.name('group');
      const elsewhere = await talk.at(((await talk.coordinator(0, groupId)) % 3) + 1);
      const heartbeat = { groupId, generationId: 1, memberId: 'm' };
      expect(await elsewhere.call(heartbeatCodec, 4, heartbeat)).toMatchObject({ errorCode: NOT_COORDINATOR });
      expect(
        await elsewhere.call(joinGroupCodec, 9, {
          groupId,
          sessionTimeoutMs: 10_000,
          rebalanceTimeoutMs: 10_000,
          memberId: '',
          protocolType: 'consumer',
          protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
        }),
      ).toMatchObject({ errorCode: NOT_COORDINATOR, memberId: '', protocolName: null });
      expect(await elsewhere.call(describeGroupsCodec, 6, { groups: [groupId] })).toMatchObject({
        groups: [{ errorCode: NOT_COORDINATOR, groupId, groupState: '', errorMessage: null }],
      });
      const asked = { groupId, topics: [{ name: 't', partitionIndexes: [0] }] };
      expect(await elsewhere.call(offsetFetchCodec, 1, asked)).toMatchObject({
        topics: [{ partitions: [{ errorCode: NOT_COORDINATOR, committedOffset: -1n }] }],
      });
      expect(await elsewhere.call(offsetFetchCodec, 5, asked)).toMatchObject({
        errorCode: NOT_COORDINATOR,
        topics: [],
      });
      expect(await elsewhere.call(offsetFetchCodec, 9, { groups: [asked] })).toMatchObject({
        groups: [{ groupId, errorCode: NOT_COORDINATOR, topics: [] }],
      });
    });

    it('answers for a transactional id at its coordinator alone', async () => {
      const transactionalId = talk.name('transactional');
      const elsewhere = await talk.at(((await talk.coordinator(1, transactionalId)) % 3) + 1);
      const init = (transactionTimeoutMs: number) =>
        elsewhere.call(initProducerIdCodec, 5, { transactionalId, transactionTimeoutMs });
      expect(await init(10_000)).toMatchObject({ errorCode: NOT_COORDINATOR });
      expect(await init(0)).toMatchObject({ errorCode: ErrorCode.INVALID_TRANSACTION_TIMEOUT });
      const end = { transactionalId, producerId: 1n, producerEpoch: 0, committed: true };
      expect(await elsewhere.call(endTxnCodec, 5, end)).toMatchObject({ errorCode: NOT_COORDINATOR });
    });

    it('moves a leader by a new order of its replicas and an election, with a higher epoch', async () => {
      const topic = await talk.topic([[1, 2, 3]]);
      expect(await elect(topic)).toBe(ErrorCode.ELECTION_NOT_NEEDED);
      await produce(1, topic);
      expect(await reassign(topic, [2, 1, 3])).toMatchObject({ errorCode: NONE });
      expect(await talk.until(1, topic.name, ({ replicas }) => replicas[0] === 2)).toMatchObject({
        leader: 1,
        epoch: 0,
      });
      expect(await elect(topic)).toBe(NONE);
      for (const id of [1, 2, 3]) {
        expect(await talk.until(id, topic.name, ({ leader }) => leader === 2)).toMatchObject({ epoch: 1 });
      }
      expect(await produce(1, topic)).toMatchObject({ error: NOT_LEADER_OR_FOLLOWER, endpoints: [2] });
      expect(await produce(2, topic)).toMatchObject({ error: NONE, offset: 1n });
      expect(await endOfEpochs(2, topic, [0, 1, 2])).toEqual([
        [NONE, 0, 1],
        [NONE, 1, 2],
        [NONE, -1, -1],
      ]);
      expect(await fetch(2, topic, 12, 0, 2n)).toMatchObject({ error: NONE, diverging: { epoch: 0, endOffset: 1n } });
      expect(await fetch(2, topic, 12, 0, 1n)).toMatchObject({ diverging: { epoch: -1 }, hasRecords: true });
    });

    it('moves a partition to other nodes, which raises the epoch', async () => {
      const topic = await talk.topic([[1]]);
      await produce(1, topic);
      await reassign(topic, [3, 2]);
      const moved = await talk.until(2, topic.name, ({ leader, replicas }) => leader === 3 && replicas.length === 2);
      expect(moved).toMatchObject({ replicas: [3, 2] });
      expect([...moved.isr].sort()).toEqual([2, 3]);
      expect(moved.epoch).toBeGreaterThan(0);
      await talk.until(3, topic.name, ({ leader }) => leader === 3);
      expect(await produce(3, topic)).toMatchObject({ error: NONE, offset: 1n });
    });

    it('goes on without a node: others lead, min.insync.replicas is obeyed, the node comes back in sync', async () => {
      const [alone, pair, strict, three] = [
        await talk.topic([[2]], { 'min.insync.replicas': '2' }),
        await talk.topic([[2, 3]], { 'min.insync.replicas': '1' }),
        await talk.topic([[2, 3]], { 'min.insync.replicas': '2' }),
        await talk.topic([[2, 1, 3]], { 'min.insync.replicas': '2' }),
      ];
      for (const topic of [alone, pair, strict, three]) expect(await produce(2, topic)).toMatchObject({ error: NONE });
      await cluster.stopNode(2);
      await talk.untilBrokers(1, [1, 3]);
      const offline = [2];
      const views = await Promise.all(
        [alone, pair, strict, three].map(({ name }) => talk.until(1, name, ({ epoch }) => epoch === 1)),
      );
      expect(views).toEqual([
        { leader: -1, epoch: 1, replicas: [2], isr: [], eligible: [2], lastLeaders: [2], offline },
        { leader: 3, epoch: 1, replicas: [2, 3], isr: [3], eligible: [], lastLeaders: [], offline },
        { leader: 3, epoch: 1, replicas: [2, 3], isr: [3], eligible: [2], lastLeaders: [], offline },
        { leader: 1, epoch: 1, replicas: [2, 1, 3], isr: [1, 3], eligible: [], lastLeaders: [], offline },
      ]);
      await talk.until(3, strict.name, ({ leader }) => leader === 3);
      expect(await produce(1, alone)).toMatchObject({ error: NOT_LEADER_OR_FOLLOWER, leader: { leaderId: -1 } });
      expect(await produce(3, pair)).toMatchObject({ error: NONE, offset: 1n });
      expect(await produce(1, three)).toMatchObject({ error: NONE, offset: 1n });
      expect(await produce(3, strict)).toMatchObject({ error: NOT_ENOUGH_REPLICAS });
      // KIP-966: what is written with acks=1 meanwhile is not shown before enough replicas have it.
      expect(await produce(3, strict, 12, 1)).toMatchObject({ error: NONE, offset: 1n });
      expect(await fetch(3, strict, 12)).toMatchObject({ highWatermark: 1n });

      await cluster.startNode(2);
      const back = await Promise.all(
        [alone, pair, strict, three].map(({ name, id }, index) =>
          talk.until(1, name, ({ isr }) => isr.length === [1, 2, 2, 3][index] && id !== ''),
        ),
      );
      expect(back).toMatchObject([
        { leader: 2, epoch: 2, isr: [2], eligible: [], lastLeaders: [], offline: [] },
        { leader: 3, epoch: 1, isr: [3, 2], eligible: [], offline: [] },
        { leader: 3, epoch: 1, isr: [3, 2], eligible: [], offline: [] },
        { leader: 1, epoch: 1, isr: [1, 3, 2], eligible: [], offline: [] },
      ]);
      for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
        if ((await fetch(3, strict, 12)).highWatermark === 2n) break;
      }
      expect(await fetch(3, strict, 12)).toMatchObject({ highWatermark: 2n });
      expect(await elect(pair)).toBe(NONE);
      expect(await talk.until(1, pair.name, ({ leader }) => leader === 2)).toMatchObject({ epoch: 2 });
    });
  });
}
