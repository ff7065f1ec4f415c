import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { KafkaJSBrokerNotFound } from '../errors/connection-errors.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { AlterConfigsApi, DescribeConfigsApi } from '../wire/apis.js';
import type { AdminRequests } from './admin-requests.js';
import type {
  AlterConfigsResponse,
  DescribeConfigResponse,
  IResourceConfig,
  ResourceConfigQuery,
} from './admin-types.js';
import { assertArray, assertName, assertType } from './argument-check.js';
import { ConfigResourceTypes, ConfigSource } from './resource-types.js';

interface Resource {
  readonly type: ConfigResourceTypes;
  readonly name: string;
}

/** @throws KafkaJSProtocolError naming the first resource that was refused. */
export function describeConfigs(
  requests: AdminRequests,
  { resources, includeSynonyms = false }: { resources: ResourceConfigQuery[]; includeSynonyms: boolean },
): Promise<DescribeConfigResponse> {
  checkResources(resources);
  for (const { configNames, name } of resources) {
    if (configNames != null && !Array.isArray(configNames)) {
      throw new KafkaJSNonRetriableError(`Invalid resource configNames for "${name}": it must be an array`);
    }
  }
  return requests.attempt(async () => {
    const responses = await Promise.all(
      (await byNode(requests, resources)).map(([nodeId, ofNode]) =>
        requests.cluster.request(
          nodeId,
          'default',
          DescribeConfigsApi,
          ofNode.map(({ type, name, configNames }) => ({
            resourceType: type,
            resourceName: name,
            configurationKeys: configNames ?? null,
          })),
          includeSynonyms,
          false,
        ),
      ),
    );
    const results = responses.flatMap(response => response.results);
    throwFirst(results);
    return {
      throttleTime: Math.max(0, ...responses.map(({ throttleTimeMs }) => throttleTimeMs)),
      resources: results.map(({ errorCode, errorMessage, resourceType, resourceName, configs }) => ({
        errorCode,
        errorMessage: errorMessage ?? '',
        resourceName,
        resourceType: resourceType as ConfigResourceTypes,
        configEntries: configs.map(({ name, value, readOnly, configSource, isSensitive, synonyms }) => ({
          configName: name,
          // Null for sensitive values, although KafkaJS's type says string.
          configValue: value as string,
          readOnly,
          isDefault: (configSource as number) === ConfigSource.DEFAULT_CONFIG,
          configSource: configSource as ConfigSource,
          isSensitive,
          configSynonyms: synonyms.map(synonym => ({
            configName: synonym.name,
            configValue: synonym.value as string,
            configSource: synonym.source as ConfigSource,
          })),
        })),
      })),
    };
  });
}

/**
 * Replaces all of a resource's own configuration: what is not named falls back to its default.
 * @throws KafkaJSProtocolError naming the first resource that was refused.
 */
export function alterConfigs(
  requests: AdminRequests,
  { resources, validateOnly = false }: { validateOnly: boolean; resources: IResourceConfig[] },
): Promise<AlterConfigsResponse> {
  checkResources(resources);
  for (const { name, configEntries } of resources) {
    if (!Array.isArray(configEntries)) {
      throw new KafkaJSNonRetriableError(`Invalid resource configEntries for "${name}": it must be an array`);
    }
    if (configEntries.some(entry => typeof entry.name !== 'string' || typeof entry.value !== 'string')) {
      throw new KafkaJSNonRetriableError(`Invalid resource config value for "${name}": names and values are strings`);
    }
  }
  return requests.attempt(async () => {
    const responses = await Promise.all(
      (await byNode(requests, resources)).map(([nodeId, ofNode]) =>
        requests.cluster.request(
          nodeId,
          'default',
          AlterConfigsApi,
          ofNode.map(({ type, name, configEntries }) => ({
            resourceType: type,
            resourceName: name,
            configs: configEntries.map(entry => ({ name: entry.name, value: entry.value })),
          })),
          validateOnly,
        ),
      ),
    );
    return altered(responses.flatMap(response => response.responses));
  });
}

interface AlteredResource {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly resourceType: number;
  readonly resourceName: string;
}

/** @throws KafkaJSProtocolError naming the first resource that was refused. */
export function altered(results: readonly AlteredResource[]): AlterConfigsResponse {
  throwFirst(results);
  return {
    resources: results.map(({ errorCode, errorMessage, resourceType, resourceName }) => ({
      errorCode,
      errorMessage: errorMessage ?? null,
      resourceType: resourceType as ConfigResourceTypes,
      resourceName,
    })),
  };
}

export function checkResources(resources: readonly Resource[]): void {
  assertArray('resources', resources);
  for (const { type, name } of resources) {
    assertType('resource type', type, ConfigResourceTypes);
    assertName('resource name', name);
  }
}

/** A broker answers for itself only; everything else is the controller's. */
export async function byNode<Entry extends Resource>(
  { cluster }: AdminRequests,
  resources: readonly Entry[],
): Promise<[number, Entry[]][]> {
  await cluster.metadata([], { retry: false });
  const byNodeId = Map.groupBy(resources, ({ type, name }) => {
    const isOfBroker = type === ConfigResourceTypes.BROKER || type === ConfigResourceTypes.BROKER_LOGGER;
    const nodeId = isOfBroker ? Number(name) : cluster.controllerId;
    if (nodeId === undefined || !Number.isInteger(nodeId)) {
      throw isOfBroker
        ? new KafkaJSNonRetriableError(`Invalid resource name "${name}": a broker is named by its number`)
        : new KafkaJSBrokerNotFound('The cluster has no controller at the moment');
    }
    return nodeId;
  });
  return [...byNodeId];
}

function throwFirst(
  results: readonly { errorCode: number; errorMessage?: string | null | undefined; resourceName: string }[],
): void {
  const failed = results.find(({ errorCode }) => errorCode !== 0);
  if (failed !== undefined) {
    throw createProtocolError(failed.errorCode, `Resource "${failed.resourceName}"`, failed.errorMessage);
  }
}
