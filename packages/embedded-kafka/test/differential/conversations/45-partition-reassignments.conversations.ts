import { alterPartitionReassignmentsCodec } from '../../../src/protocol/generated/alter-partition-reassignments.js';
import { listPartitionReassignmentsCodec } from '../../../src/protocol/generated/list-partition-reassignments.js';
import { conversationsAbout } from '../conversation.js';

const alter = (name: string, replicas: readonly number[] | null, partitionIndex = 0) => ({
  timeoutMs: 5_000,
  topics: [{ name, partitions: [{ partitionIndex, replicas }] }],
});

const list = (name: string, partitionIndexes: readonly number[]) => ({
  timeoutMs: 5_000,
  topics: [{ name, partitionIndexes }],
});

export const alterPartitionReassignmentsConversations = conversationsAbout(alterPartitionReassignmentsCodec, {
  'to where it is': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('the same', alterPartitionReassignmentsCodec, alter(name, [talk.ground.nodeId]));
    await talk.ask('nothing to cancel', alterPartitionReassignmentsCodec, alter(name, null));
  },
  'to where it cannot be': async talk => {
    const { name } = await talk.topic('heroes');
    const { nodeId } = talk.ground;
    await talk.ask('no such node', alterPartitionReassignmentsCodec, alter(name, [999]));
    await talk.ask('a negative one', alterPartitionReassignmentsCodec, alter(name, [-1]));
    await talk.ask('twice', alterPartitionReassignmentsCodec, alter(name, [nodeId, nodeId]));
    await talk.ask('nowhere', alterPartitionReassignmentsCodec, alter(name, []));
  },
  'what does not exist': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('a partition', alterPartitionReassignmentsCodec, alter(name, [talk.ground.nodeId], 4));
    await talk.ask('a topic', alterPartitionReassignmentsCodec, alter(talk.name('nowhere'), [talk.ground.nodeId]));
    await talk.ask('nothing', alterPartitionReassignmentsCodec, { timeoutMs: 5_000, topics: [] });
  },
});

export const listPartitionReassignmentsConversations = conversationsAbout(listPartitionReassignmentsCodec, {
  'nothing is under way': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('of a partition', listPartitionReassignmentsCodec, list(name, [0]));
    await talk.ask('of all', listPartitionReassignmentsCodec, { timeoutMs: 5_000, topics: null });
    await talk.ask('of none', listPartitionReassignmentsCodec, { timeoutMs: 5_000, topics: [] });
  },
  'what does not exist': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('a partition', listPartitionReassignmentsCodec, list(name, [7]));
    await talk.ask('a topic', listPartitionReassignmentsCodec, list(talk.name('nowhere'), [0]));
  },
});
