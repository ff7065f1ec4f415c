import { KafkaJSAggregateError, KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { printable } from '../errors/printable.js';
import { protocolErrorDefinition } from '../errors/protocol-error-table.js';
import { createProtocolError, KafkaJSAlterPartitionReassignmentsError } from '../errors/protocol-errors.js';
import { AlterPartitionReassignmentsApi, ListPartitionReassignmentsApi } from '../wire/apis.js';
import { DEFAULT_TIMEOUT, type AdminRequests } from './admin-requests.js';
import type { ListPartitionReassignmentsResponse, PartitionReassignment } from './admin-types.js';
import { assertArray, assertTopicsOnce } from './argument-check.js';

/**
 * Starts moving partitions to other replicas; `listPartitionReassignments` shows when it is done.
 * @throws KafkaJSAggregateError with one KafkaJSAlterPartitionReassignmentsError for each partition that was refused.
 */
export async function alterPartitionReassignments(
  requests: AdminRequests,
  { topics, timeout = DEFAULT_TIMEOUT }: { topics: PartitionReassignment[]; timeout?: number },
): Promise<void> {
  assertArray('topics', topics, true);
  assertTopicsOnce('topics', topics);
  for (const { topic, partitionAssignment } of topics) {
    checkAssignment(topic, partitionAssignment);
  }
  const wanted = topics.map(({ topic, partitionAssignment }) => ({
    name: topic,
    partitions: partitionAssignment.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas })),
  }));
  const response = await requests.onController(
    AlterPartitionReassignmentsApi,
    [timeout, true, wanted],
    ({ errorCode }) => [errorCode],
  );
  if (response.errorCode !== 0) {
    throw new KafkaJSAlterPartitionReassignmentsError(
      createProtocolError(response.errorCode, 'Reassignment of partitions', response.errorMessage),
    );
  }
  const errors = response.responses.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ partitionIndex, errorCode, errorMessage }) => {
        const definition = protocolErrorDefinition(errorCode);
        const message = `Topic "${name}", partition ${partitionIndex}: ${errorMessage == null ? definition.message : printable(errorMessage)}`;
        return new KafkaJSAlterPartitionReassignmentsError({ ...definition, message }, name, partitionIndex);
      }),
  );
  if (errors.length > 0) {
    const reasons = errors.map(({ message }) => message).join('; ');
    throw new KafkaJSAggregateError(`Errors altering partition reassignments: ${reasons}`, errors);
  }
}

/** The reassignments under way; of all topics, unless some are named. */
export async function listPartitionReassignments(
  requests: AdminRequests,
  options: { topics?: { topic: string; partitions: number[] }[]; timeout?: number },
): Promise<ListPartitionReassignmentsResponse> {
  const { topics, timeout = DEFAULT_TIMEOUT } = options;
  if (topics !== undefined && topics !== null) {
    assertArray('topics', topics, true);
    assertTopicsOnce('topics', topics);
    for (const { topic, partitions } of topics) {
      assertArray(`partition of topic "${topic}"`, partitions, true);
    }
  }
  const wanted = topics?.map(({ topic, partitions }) => ({ name: topic, partitionIndexes: partitions })) ?? null;
  const response = await requests.onController(ListPartitionReassignmentsApi, [timeout, wanted], ({ errorCode }) => [
    errorCode,
  ]);
  return {
    topics: response.topics.map(({ name, partitions }) => ({
      topic: name,
      // KafkaJS's types say `topic` and `partitionIndex`, what it returns has `name` and `partition`.
      name,
      partitions: partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
        partitionIndex,
        partition: partitionIndex,
        replicas,
        addingReplicas,
        removingReplicas,
      })),
    })),
  };
}

function checkAssignment(topic: string, assignment: PartitionReassignment['partitionAssignment']): void {
  assertArray(`partitions of topic "${topic}"`, assignment, true);
  for (const { partition, replicas } of assignment) {
    if (!Number.isInteger(partition) || partition < 0) {
      throw new KafkaJSNonRetriableError(`Invalid partitions index: ${String(partition)} for topic: ${topic}`);
    }
    if (!Array.isArray(replicas) || replicas.some(replica => !Number.isInteger(replica) || replica < 0)) {
      throw new KafkaJSNonRetriableError(
        `Invalid replica assignment: ${String(replicas)} for topic: ${topic} on partition: ${partition}. ` +
          'Replicas are the node ids of brokers',
      );
    }
  }
}
