import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { subscription } from '../group/group.fixture.js';
import { startGround, type Ground } from '../group/ground.fixture.js';
import { RawClient } from '../group/raw-client.fixture.js';
import { ErrorCode } from '../protocol/errors.js';
import { createTopicsCodec } from '../protocol/generated/create-topics.js';
import { deleteGroupsCodec } from '../protocol/generated/delete-groups.js';
import { describeGroupsCodec } from '../protocol/generated/describe-groups.js';
import { heartbeatCodec } from '../protocol/generated/heartbeat.js';
import { joinGroupCodec, type JoinGroupRequestInit, type JoinGroupResponse } from '../protocol/generated/join-group.js';
import { leaveGroupCodec } from '../protocol/generated/leave-group.js';
import { listGroupsCodec } from '../protocol/generated/list-groups.js';
import { offsetCommitCodec, type OffsetCommitRequestInit } from '../protocol/generated/offset-commit.js';
import { offsetDeleteCodec } from '../protocol/generated/offset-delete.js';
import { offsetFetchCodec } from '../protocol/generated/offset-fetch.js';
import { syncGroupCodec, type SyncGroupResponse } from '../protocol/generated/sync-group.js';

// Each of these holds on Apache Kafka 4.1.1, too: run it with KAFKA_BROKERS=host:port.
// Real subscriptions: Kafka 4.1.1 never answers the join of a consumer whose metadata lies about its length.
const metadata = subscription('heroes');
const versions = (lowest: number, highest: number): number[] =>
  Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);

const joinRequest = (groupId: string, changes: Partial<JoinGroupRequestInit> = {}): JoinGroupRequestInit => ({
  groupId,
  memberId: '',
  sessionTimeoutMs: 6_000,
  rebalanceTimeoutMs: 6_000,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata }],
  ...changes,
});
const joinAs = async (raw: RawClient, version: number, request: JoinGroupRequestInit): Promise<JoinGroupResponse> => {
  const first = await raw.send(joinGroupCodec, version, request);
  if (first.errorCode !== ErrorCode.MEMBER_ID_REQUIRED) return first;
  return raw.send(joinGroupCodec, version, { ...request, memberId: first.memberId });
};
const syncAs = (
  raw: RawClient,
  version: number,
  groupId: string,
  join: JoinGroupResponse,
): Promise<SyncGroupResponse> =>
  raw.send(syncGroupCodec, version, {
    groupId,
    generationId: join.generationId,
    memberId: join.memberId,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: join.members.map(({ memberId }) => ({ memberId, assignment: Buffer.from(`for ${memberId}`) })),
  });

async function untilRebalance(
  raw: RawClient,
  groupId: string,
  { generationId, memberId }: JoinGroupResponse,
): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const { errorCode } = await raw.send(heartbeatCodec, 4, { groupId, generationId, memberId });
    if (errorCode === ErrorCode.REBALANCE_IN_PROGRESS) return;
    if (errorCode !== 0) throw new Error(`The heartbeat was refused: error ${errorCode}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('No rebalance was started');
}

describe('The group APIs on the wire', () => {
  let ground: Ground;
  let topic: string;
  const open: RawClient[] = [];
  const client = async (name = 'batman'): Promise<RawClient> => {
    const connected = await RawClient.connect(ground.brokers[0] ?? '', name);
    open.push(connected);
    return connected;
  };

  beforeAll(async () => {
    ground = await startGround();
    topic = ground.unique('heroes');
    const admin = await client();
    const created = await admin.send(createTopicsCodec, 7, {
      topics: [{ name: topic, numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 10_000,
    });
    const errorCode = created.topics[0]?.errorCode;
    if (errorCode !== 0) throw new Error(`Topic ${topic} was not created: error ${errorCode}`);
  });
  afterEach(() => {
    for (const connected of open.splice(0)) connected.destroy();
  });
  afterAll(() => ground.stop());

  const commitRequest = (
    groupId: string,
    join: { generationId: number; memberId: string },
    committedMetadata: string | null = 'note',
  ): OffsetCommitRequestInit => ({
    groupId,
    generationIdOrMemberEpoch: join.generationId,
    memberId: join.memberId,
    topics: [
      {
        name: topic,
        partitions: [
          { partitionIndex: 1, committedOffset: 42n, committedLeaderEpoch: 0, committedMetadata },
          { partitionIndex: 99, committedOffset: 42n, committedMetadata: '' },
        ],
      },
    ],
  });
  const nobody = { generationId: -1, memberId: '' };

  it.each(versions(0, 9))('JoinGroup v%i with SyncGroup, Heartbeat and LeaveGroup of its time', async version => {
    const raw = await client();
    const groupId = ground.unique('league');
    const join = await joinAs(raw, version, joinRequest(groupId));
    expect(join).toMatchObject({ errorCode: 0, generationId: 1, protocolName: 'range', leader: join.memberId });
    expect(join.protocolType).toBe(version >= 7 ? 'consumer' : null);
    expect(join.members).toEqual([{ memberId: join.memberId, groupInstanceId: null, metadata }]);
    const sync = await syncAs(raw, Math.min(version, 5), groupId, join);
    expect(sync).toMatchObject({ errorCode: 0, assignment: Buffer.from(`for ${join.memberId}`) });
    expect(sync.protocolName).toBe(version >= 5 ? 'range' : null);
    const { generationId, memberId } = join;
    const beat = await raw.send(heartbeatCodec, Math.min(version, 4), { groupId, generationId, memberId });
    expect(beat.errorCode).toBe(0);
    const leaveVersion = Math.min(version, 5);
    const left = await raw.send(leaveGroupCodec, leaveVersion, { groupId, memberId, members: [{ memberId }] });
    expect([left.errorCode, ...left.members.map(each => each.errorCode)]).toEqual(leaveVersion >= 3 ? [0, 0] : [0]);
  });

  it.each(versions(0, 9))('JoinGroup v%i refuses a stranger, and its answer can be read', async version => {
    const raw = await client();
    const refused = await raw.send(
      joinGroupCodec,
      version,
      joinRequest(ground.unique('league'), { memberId: 'joker' }),
    );
    expect(refused).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID, memberId: 'joker', generationId: -1 });
    expect(refused.protocolName).toBe(version >= 7 ? null : '');
  });

  it('JoinGroup v0 takes the session timeout for the rebalance timeout', async () => {
    const [raw, other] = [await client(), await client('robin')];
    const groupId = ground.unique('league');
    const request = joinRequest(groupId, { sessionTimeoutMs: ground.sessionTimeoutMs });
    const join = await joinAs(raw, 0, request);
    await syncAs(raw, 0, groupId, join);
    const start = Date.now();
    const newcomer = await joinAs(other, 0, request);
    expect(newcomer).toMatchObject({ errorCode: 0, generationId: 2, leader: newcomer.memberId });
    expect(Date.now() - start).toBeLessThan(ground.sessionTimeoutMs * 2);
  });

  it.each(versions(0, 2))('LeaveGroup v%i puts the error of its one member into the answer', async version => {
    const raw = await client();
    const left = await raw.send(leaveGroupCodec, version, { groupId: ground.unique('league'), memberId: 'joker' });
    expect(left).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID, members: [] });
  });

  it('SyncGroup v5 insists on protocol type and name', async () => {
    const raw = await client();
    const groupId = ground.unique('league');
    const { generationId, memberId } = await joinAs(raw, 9, joinRequest(groupId));
    const without = await raw.send(syncGroupCodec, 5, { groupId, generationId, memberId, assignments: [] });
    expect(without.errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    expect((await raw.send(syncGroupCodec, 4, { groupId, generationId, memberId, assignments: [] })).errorCode).toBe(0);
  });

  it('SyncGroup parks a follower, and the rebalance that a third member starts sends it back', async () => {
    const [leader, follower, third] = [await client(), await client('robin'), await client('alfred')];
    const groupId = ground.unique('league');
    const first = await joinAs(leader, 9, joinRequest(groupId));
    await syncAs(leader, 5, groupId, first);
    const second = joinAs(follower, 9, joinRequest(groupId));
    await untilRebalance(leader, groupId, first);
    const again = await joinAs(leader, 9, joinRequest(groupId, { memberId: first.memberId }));
    expect(again).toMatchObject({ generationId: 2, leader: first.memberId });
    const join = await second;
    expect(join).toMatchObject({ generationId: 2, leader: first.memberId, members: [] });
    const parked = syncAs(follower, 5, groupId, join);
    const newcomer = joinAs(third, 9, joinRequest(groupId));
    expect((await parked).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    third.destroy();
    await expect(newcomer).rejects.toThrow('closed');
  });

  it.each(versions(2, 9))('OffsetCommit v%i without a member, and with an unknown partition', async version => {
    const raw = await client();
    const groupId = ground.unique('league');
    const { topics } = await raw.send(offsetCommitCodec, version, commitRequest(groupId, nobody));
    const byPartition = topics[0]?.partitions.toSorted((one, other) => one.partitionIndex - other.partitionIndex);
    expect(byPartition).toEqual([
      { partitionIndex: 1, errorCode: 0 },
      { partitionIndex: 99, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION },
    ]);
    const fetched = await raw.send(offsetFetchCodec, 5, { groupId, topics: [{ name: topic, partitionIndexes: [1] }] });
    expect(fetched.topics[0]?.partitions[0]).toMatchObject({
      committedOffset: 42n,
      committedLeaderEpoch: version >= 6 ? 0 : -1,
      metadata: 'note',
    });
  });

  it.each([
    [8, ErrorCode.ILLEGAL_GENERATION],
    [9, ErrorCode.GROUP_ID_NOT_FOUND],
  ])('OffsetCommit v%i of a member to a group that does not exist', async (version, errorCode) => {
    const raw = await client();
    const { topics } = await raw.send(
      offsetCommitCodec,
      version,
      commitRequest(ground.unique('league'), { generationId: 3, memberId: 'joker' }),
    );
    expect(topics[0]?.partitions.find(each => each.partitionIndex === 1)?.errorCode).toBe(errorCode);
  });

  it('OffsetCommit turns metadata null into an empty string', async () => {
    const raw = await client();
    const groupId = ground.unique('league');
    await raw.send(offsetCommitCodec, 9, commitRequest(groupId, nobody, null));
    const fetched = await raw.send(offsetFetchCodec, 1, { groupId, topics: [{ name: topic, partitionIndexes: [1] }] });
    expect(fetched.topics[0]?.partitions[0]?.metadata).toBe('');
  });

  it.each(versions(1, 9))('OffsetFetch v%i of a known, a missing and an unknown partition', async version => {
    const raw = await client();
    const groupId = ground.unique('league');
    await raw.send(offsetCommitCodec, 9, commitRequest(groupId, nobody));
    const topics = [{ name: topic, partitionIndexes: [1, 2, 99] }];
    const offsetsOf = async (id: string): Promise<unknown> => {
      const body = version < 8 ? { groupId: id, topics } : { groups: [{ groupId: id, topics }] };
      const fetched = await raw.send(offsetFetchCodec, version, body);
      const answered = version < 8 ? fetched.topics : (fetched.groups[0]?.topics ?? []);
      return answered[0]?.partitions.map(({ committedOffset, errorCode }) => [committedOffset, errorCode]);
    };
    const none = [-1n, 0];
    expect(await offsetsOf(groupId)).toEqual([[42n, 0], none, none]);
    expect(await offsetsOf(ground.unique('nobody'))).toEqual([none, none, none]);
  });

  it.each(versions(2, 9))('OffsetFetch v%i of all topics of a group', async version => {
    const raw = await client();
    const groupId = ground.unique('league');
    await raw.send(offsetCommitCodec, 9, commitRequest(groupId, nobody));
    const body = version < 8 ? { groupId, topics: null } : { groups: [{ groupId, topics: null }] };
    const fetched = await raw.send(offsetFetchCodec, version, body);
    const topics = version < 8 ? fetched.topics : (fetched.groups[0]?.topics ?? []);
    expect(topics.map(({ name, partitions }) => [name, partitions.map(each => each.partitionIndex)])).toEqual([
      [topic, [1]],
    ]);
  });

  it.each(versions(0, 6))('DescribeGroups v%i of a stable group and of one that does not exist', async version => {
    const raw = await client();
    const [groupId, missing] = [ground.unique('league'), ground.unique('nobody')];
    const join = await joinAs(raw, 9, joinRequest(groupId));
    await syncAs(raw, 5, groupId, join);
    const described = await raw.send(describeGroupsCodec, version, {
      groups: [groupId, missing],
      includeAuthorizedOperations: true,
    });
    const group = described.groups.find(each => each.groupId === groupId);
    expect(group).toMatchObject({
      errorCode: 0,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
    });
    expect(group?.authorizedOperations).toBe(version >= 3 ? 3_400 : -2_147_483_648);
    expect(group?.members).toMatchObject([
      {
        memberId: join.memberId,
        clientId: 'batman',
        clientHost: '/127.0.0.1',
        memberMetadata: metadata,
      },
    ]);
    expect(described.groups.find(each => each.groupId === missing)).toMatchObject({
      errorCode: version >= 6 ? ErrorCode.GROUP_ID_NOT_FOUND : 0,
      errorMessage: version >= 6 ? `Group ${missing} not found.` : null,
      groupState: 'Dead',
    });
  });

  it.each(versions(0, 5))('ListGroups v%i, with the filters that it has', async version => {
    const raw = await client();
    const groupId = ground.unique('league');
    const join = await joinAs(raw, 9, joinRequest(groupId));
    await syncAs(raw, 5, groupId, join);
    const list = async (statesFilter: string[], typesFilter: string[]): Promise<unknown[]> => {
      const { groups } = await raw.send(listGroupsCodec, version, {
        ...(version >= 4 ? { statesFilter } : {}),
        ...(version >= 5 ? { typesFilter } : {}),
      });
      return groups.filter(each => each.groupId === groupId);
    };
    const listed = {
      groupId,
      protocolType: 'consumer',
      groupState: version >= 4 ? 'Stable' : '',
      groupType: version >= 5 ? 'classic' : '',
    };
    expect(await list([], [])).toEqual([listed]);
    expect(await list(['STABLE', 'empty'], ['Classic'])).toEqual([listed]);
    expect(await list(['Empty'], [])).toEqual(version >= 4 ? [] : [listed]);
    expect(await list([], ['consumer'])).toEqual(version >= 5 ? [] : [listed]);
  });

  it.each(versions(0, 2))('DeleteGroups v%i of an empty, a full and a missing group', async version => {
    const raw = await client();
    const [empty, full, missing] = ['empty', 'full', 'missing'].map(name => ground.unique(name)) as [
      string,
      string,
      string,
    ];
    await raw.send(offsetCommitCodec, 9, commitRequest(empty, nobody));
    await joinAs(raw, 9, joinRequest(full));
    const { results } = await raw.send(deleteGroupsCodec, version, { groupsNames: [empty, full, missing, empty] });
    expect(Object.fromEntries(results.map(({ groupId, errorCode }) => [groupId, errorCode]))).toEqual({
      [empty]: 0,
      [full]: ErrorCode.NON_EMPTY_GROUP,
      [missing]: ErrorCode.GROUP_ID_NOT_FOUND,
    });
    expect(results).toHaveLength(3);
  });

  it('OffsetDelete v0 of an empty group, and of one that does not exist', async () => {
    const raw = await client();
    const groupId = ground.unique('league');
    await raw.send(offsetCommitCodec, 9, commitRequest(groupId, nobody));
    const topics = [{ name: topic, partitions: [{ partitionIndex: 1 }, { partitionIndex: 99 }] }];
    const missing = await raw.send(offsetDeleteCodec, 0, { groupId: ground.unique('nobody'), topics });
    expect(missing).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND, topics: [] });
    const deleted = await raw.send(offsetDeleteCodec, 0, { groupId, topics });
    expect(deleted.errorCode).toBe(0);
    expect(
      Object.fromEntries(deleted.topics[0]?.partitions.map(each => [each.partitionIndex, each.errorCode]) ?? []),
    ).toEqual({
      1: 0,
      99: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    });
    const fetched = await raw.send(offsetFetchCodec, 5, { groupId, topics: null });
    expect(fetched.topics).toEqual([]);
  });
});
