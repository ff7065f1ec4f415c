import type { Broker } from '../broker.js';
import { brokerConfigs } from '../cluster/broker-configs.js';
import { configEntries, ConfigSource, type ConfigEntry } from '../cluster/topic-config-entries.js';
import { ConfigType } from '../cluster/config-value.js';
import { topicNameFault } from '../cluster/topic-name.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeConfigsCodec, type DescribeConfigsRequest } from '../protocol/generated/describe-configs.js';
import type { DescribeConfigsResource } from '../protocol/generated/describe-configs-request.js';
import type {
  DescribeConfigsResourceResultInit,
  DescribeConfigsResultInit,
  DescribeConfigsSynonymInit,
} from '../protocol/generated/describe-configs-response.js';
import { defineApi } from './api.js';

const TOPIC = 2;
const BROKER = 4;

/**
 * DescribeConfigs, v1-4.
 *
 * - Topics (2): all of Kafka's topic configurations with types, sources and synonyms.
 * - Brokers (4): only what is obeyed here. Other resource types are INVALID_REQUEST.
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
  if (resourceType === TOPIC) {
    const fault = topicNameFault(resourceName);
    if (fault) return failure(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: ${fault}`);
    const topic = broker.cluster.topic(resourceName);
    if (!topic) return failure(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic ${resourceName}.`);
    return success(configEntries(topic.configs).map(entry => topicConfig(entry, includeSynonyms)));
  }
  if (resourceType === BROKER) {
    if (resourceName !== '' && !broker.cluster.node(Number(resourceName))) {
      return failure(ErrorCode.INVALID_REQUEST, `There is no broker ${resourceName}.`);
    }
    return success(brokerConfigResults(broker));
  }
  return failure(ErrorCode.INVALID_REQUEST, `Configurations of resource type ${resourceType} are not known here.`);
}

function topicConfig(
  { fact, value, source }: ConfigEntry,
  includeSynonyms: boolean,
): DescribeConfigsResourceResultInit {
  const { name, type, brokerSynonym } = fact;
  const synonyms: DescribeConfigsSynonymInit[] = [];
  if (includeSynonyms && source === ConfigSource.dynamicTopic) synonyms.push({ name, value, source });
  if (includeSynonyms && brokerSynonym) {
    synonyms.push({ name: brokerSynonym, value: fact.default, source: ConfigSource.default });
  }
  return {
    name,
    value,
    readOnly: false,
    configSource: source,
    isSensitive: false,
    synonyms,
    configType: ConfigType[type],
    documentation: null,
  };
}

function brokerConfigResults(broker: Broker): DescribeConfigsResourceResultInit[] {
  return brokerConfigs(broker.settings).map(({ name, type, value, isDefault }) => ({
    name,
    value,
    readOnly: true,
    configSource: isDefault ? ConfigSource.default : ConfigSource.staticBroker,
    isSensitive: false,
    synonyms: [],
    configType: ConfigType[type],
    documentation: null,
  }));
}
