import type { Broker } from '../broker.js';
import type { BrokerConfigEntry } from '../cluster/broker-configs.js';
import { ResourceType } from '../cluster/resource-type.js';
import { ConfigType } from '../cluster/config-value.js';
import { configEntries, type ConfigEntry } from '../cluster/topic-config-entries.js';
import type { ResourceConfigEntry } from '../cluster/resource-configs.js';
import { topicNameFault } from '../cluster/topic-name.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeConfigsCodec, type DescribeConfigsRequest } from '../protocol/generated/describe-configs.js';
import type { DescribeConfigsResource } from '../protocol/generated/describe-configs-request.js';
import type {
  DescribeConfigsResourceResultInit,
  DescribeConfigsResultInit,
} from '../protocol/generated/describe-configs-response.js';
import { defineApi } from './api.js';

/**
 * DescribeConfigs, v1-4.
 *
 * - Topics (2): all of Kafka's topic configurations with types, sources and synonyms.
 * - Brokers (4): all of Kafka's broker configurations, with the values that this broker was started with, what was set
 *   since, and Kafka's defaults otherwise; with an empty name, what was set for all brokers.
 * - Client metrics (16) and groups (32): what was set, and Kafka's defaults. Other types are INVALID_REQUEST.
 * - `configurationKeys` null or empty means all. Documentation is always null: it is Kafka's prose.
 */
export const describeConfigs = defineApi(describeConfigsCodec, {
  handle(request, { broker }) {
    return { results: request.resources.map(resource => describe(resource, request, broker)) };
  },
});

function describe(
  resource: DescribeConfigsResource,
  { includeSynonyms }: DescribeConfigsRequest,
  broker: Broker,
): DescribeConfigsResultInit {
  const { resourceType, resourceName, configurationKeys } = resource;
  const isWanted = ({ name }: { name: string }): boolean =>
    !configurationKeys?.length || configurationKeys.includes(name);
  const success = (configs: DescribeConfigsResourceResultInit[]): DescribeConfigsResultInit => ({
    errorCode: ErrorCode.NONE,
    errorMessage: '',
    resourceType,
    resourceName,
    configs: configs.filter(isWanted),
  });
  const failure = (errorCode: number, errorMessage: string): DescribeConfigsResultInit => ({
    errorCode,
    errorMessage,
    resourceType,
    resourceName,
    configs: [],
  });
  if (resourceType === ResourceType.topic) {
    const fault = topicNameFault(resourceName);
    if (fault) return failure(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: ${fault}`);
    const topic = broker.cluster.topic(resourceName);
    if (!topic) return failure(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic ${resourceName}.`);
    return success(configEntries(topic.configs, broker.configs).map(entry => topicConfig(entry, includeSynonyms)));
  }
  if (resourceType === ResourceType.broker) {
    const node = broker.cluster.node(Number(resourceName));
    if (resourceName !== '' && !node) {
      return failure(ErrorCode.INVALID_REQUEST, `There is no broker ${resourceName}.`);
    }
    const entries = resourceName === '' || !node ? broker.configs.entriesOfAll() : broker.configs.entries(node);
    return success(entries.map(entry => brokerConfig(entry, includeSynonyms)));
  }
  if (broker.resourceConfigs.has(resourceType)) {
    if (resourceName === '') return failure(ErrorCode.INVALID_REQUEST, 'The name of a resource must not be empty.');
    const entries = broker.resourceConfigs.entries(resourceType, resourceName);
    return success(entries.map(entry => topicConfig(entry, includeSynonyms)));
  }
  return failure(ErrorCode.INVALID_REQUEST, `Configurations of resource type ${resourceType} are not known here.`);
}

function topicConfig(
  { fact, value, source, synonyms }: ConfigEntry | ResourceConfigEntry,
  includeSynonyms: boolean,
): DescribeConfigsResourceResultInit {
  return {
    name: fact.name,
    value,
    readOnly: false,
    configSource: source,
    isSensitive: false,
    synonyms: includeSynonyms ? synonyms : [],
    configType: ConfigType[fact.type],
    documentation: null,
  };
}

/** Secrets are never told. */
function brokerConfig(
  { fact, value, source, synonyms }: BrokerConfigEntry,
  includeSynonyms: boolean,
): DescribeConfigsResourceResultInit {
  const isSensitive = fact.type === 'password';
  const shown = isSensitive ? synonyms.map(synonym => ({ ...synonym, value: null })) : synonyms;
  return {
    name: fact.name,
    value: isSensitive ? null : value,
    readOnly: !fact.isDynamic,
    configSource: source,
    isSensitive,
    synonyms: includeSynonyms ? shown : [],
    configType: ConfigType[fact.type],
    documentation: null,
  };
}
