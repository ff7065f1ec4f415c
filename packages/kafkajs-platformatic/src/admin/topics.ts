import { KafkaJSAggregateError, KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { printable } from '../errors/printable.js';
import { protocolErrorDefinition } from '../errors/protocol-error-table.js';
import { createProtocolError, KafkaJSCreateTopicError } from '../errors/protocol-errors.js';
import { CreatePartitionsApi, CreateTopicsApi, DeleteTopicsApi } from '../wire/apis.js';
import { DEFAULT_TIMEOUT, type AdminRequests } from './admin-requests.js';
import type { ITopicConfig, ITopicMetadata, ITopicPartitionConfig } from './admin-types.js';
import { assertArray, assertTopicsOnce } from './argument-check.js';
import { toCreatableTopics } from './topic-requests.js';

const LEADER_NOT_AVAILABLE = 5;

/** False if all of them existed. @throws KafkaJSAggregateError with one KafkaJSCreateTopicError for each refused topic. */
export async function createTopics(
  requests: AdminRequests,
  options: { validateOnly?: boolean; waitForLeaders?: boolean; timeout?: number; topics: ITopicConfig[] },
): Promise<boolean> {
  const { validateOnly = false, waitForLeaders = true, timeout = DEFAULT_TIMEOUT } = options;
  const topics = toCreatableTopics(options.topics);
  const { topics: results } = await requests.onController(CreateTopicsApi, [topics, timeout, validateOnly], response =>
    response.topics.map(({ errorCode }) => errorCode),
  );
  const failed = results.filter(({ errorCode }) => errorCode !== 0);
  if (failed.length > 0) {
    const errors = failed.map(({ name, errorCode, errorMessage }) => {
      const definition = protocolErrorDefinition(errorCode);
      const message = `Topic "${name}": ${errorMessage == null ? definition.message : printable(errorMessage)}`;
      return new KafkaJSCreateTopicError({ ...definition, message }, name);
    });
    if (errors.every(({ type }) => type === 'TOPIC_ALREADY_EXISTS')) {
      return false;
    }
    throw new KafkaJSAggregateError(`Topic creation errors: ${errors.map(e => e.message).join('; ')}`, errors);
  }
  if (waitForLeaders && !validateOnly) {
    await untilLed(
      requests,
      topics.map(({ name }) => name),
    );
  }
  return true;
}

/** @throws KafkaJSProtocolError naming the first topic that was refused; the others are deleted. */
export async function deleteTopics(
  requests: AdminRequests,
  { topics, timeout = DEFAULT_TIMEOUT }: { topics: string[]; timeout?: number },
): Promise<void> {
  if (!Array.isArray(topics) || topics.some(topic => typeof topic !== 'string')) {
    throw new KafkaJSNonRetriableError('Invalid topics array: it must hold topic names');
  }
  const { responses } = await requests.onController(
    DeleteTopicsApi,
    [topics.map(name => ({ name })), timeout],
    response => response.responses.map(({ errorCode }) => errorCode),
  );
  for (const topic of topics) {
    requests.cluster.invalidate(topic);
  }
  const failed = responses.find(({ errorCode }) => errorCode !== 0);
  if (failed !== undefined) {
    throw createProtocolError(failed.errorCode, `Topic "${failed.name}"`, failed.errorMessage);
  }
}

/** Grows topics to `count` partitions. @throws KafkaJSProtocolError naming the first topic that was refused. */
export async function createPartitions(
  requests: AdminRequests,
  options: { validateOnly?: boolean; timeout?: number; topicPartitions: ITopicPartitionConfig[] },
): Promise<boolean> {
  const { validateOnly = false, timeout = DEFAULT_TIMEOUT, topicPartitions } = options;
  assertArray('topic partitions', topicPartitions);
  assertTopicsOnce('topic partitions', topicPartitions);
  const topics = topicPartitions.map(({ topic, count, assignments }) => ({
    name: topic,
    count,
    assignments: assignments?.map(brokerIds => ({ brokerIds })) ?? null,
  }));
  const { results } = await requests.onController(CreatePartitionsApi, [topics, timeout, validateOnly], response =>
    response.results.map(({ errorCode }) => errorCode),
  );
  const failed = results.find(({ errorCode }) => errorCode !== 0);
  if (failed !== undefined) {
    throw createProtocolError(failed.errorCode, `Topic "${failed.name}"`, failed.errorMessage);
  }
  return true;
}

export async function fetchTopicMetadata(
  { cluster }: AdminRequests,
  topics: string[],
): Promise<{ topics: ITopicMetadata[] }> {
  const found = topics.length > 0 ? (await cluster.metadata(topics)).topics : await cluster.listTopics();
  return { topics: found.map(({ name, partitions }) => ({ name, partitions })) };
}

/** The controller knows a topic before the other brokers do, and the topic before its leaders. */
function untilLed(requests: AdminRequests, topics: readonly string[]): Promise<void> {
  return requests.attempt(async () => {
    const metadata = await requests.cluster.metadata(topics, { retry: false });
    for (const { name, partitions } of metadata.topics) {
      const leaderless = partitions.find(({ leader }) => leader < 0);
      if (leaderless !== undefined) {
        throw createProtocolError(LEADER_NOT_AVAILABLE, `Topic "${name}", partition ${leaderless.partitionId}`);
      }
    }
  });
}
