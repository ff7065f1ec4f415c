import { ErrorCode } from '../protocol/errors.js';
import { brokerConfigFacts } from './broker-config-table.js';
import { dynamicConfigFault, type BrokerConfigs } from './broker-configs.js';
import type { Cluster, ClusterRefusal } from './cluster.js';
import { changedConfigs, type ConfigChange, type ConfigKind } from './config-changes.js';
import type { AllowedValues } from './config-value.js';
import type { ResourceConfigs } from './resource-configs.js';
import { ResourceType } from './resource-type.js';
import { topicConfigFact, topicConfigTable } from './topic-config-table.js';
import { topicNameFault } from './topic-name.js';

export interface ConfigResource {
  readonly resourceType: number;
  readonly resourceName: string;
}

const topicKind: ConfigKind = {
  rule: topicConfigFact,
  takesUnknownNames: false,
  unknownNameCode: ErrorCode.INVALID_CONFIG,
  invalidValueCode: ErrorCode.INVALID_CONFIG,
};

const brokerKind: ConfigKind = {
  rule(name) {
    const fact = brokerConfigFacts().get(name);
    // What is valid for a topic is valid for its default.
    return fact && { type: fact.type, default: fact.default, allowed: topicRules().get(name) };
  },
  takesUnknownNames: true,
  unknownNameCode: ErrorCode.INVALID_REQUEST,
  invalidValueCode: ErrorCode.INVALID_REQUEST,
};

/** How the changes of one request are made: those that a resource had before stay, or go (AlterConfigs). */
export interface Alteration {
  readonly cluster: Cluster;
  readonly configs: BrokerConfigs;
  readonly resourceConfigs: ResourceConfigs;
  readonly keepsOthers: boolean;
  readonly validateOnly: boolean;
}

const refuse = (errorCode: number, reason: string): ClusterRefusal => ({ errorCode, reason });

/** Makes all changes of a resource, or none and says why. */
export function alterConfigs(
  resource: ConfigResource,
  changes: readonly ConfigChange[],
  alteration: Alteration,
): ClusterRefusal | undefined {
  switch (resource.resourceType) {
    case ResourceType.topic:
      return alterTopic(resource.resourceName, changes, alteration);
    case ResourceType.broker:
      return alterBroker(resource.resourceName, changes, alteration);
    case ResourceType.clientMetrics:
    case ResourceType.group:
      return alteration.resourceConfigs.alter(resource.resourceType, resource.resourceName, changes, alteration);
    default:
      return refuse(
        ErrorCode.INVALID_REQUEST,
        `Configurations of resource type ${resource.resourceType} are not known here.`,
      );
  }
}

function alterTopic(
  name: string,
  changes: readonly ConfigChange[],
  { cluster, keepsOthers, validateOnly }: Alteration,
): ClusterRefusal | undefined {
  if (name === '') return refuse(ErrorCode.INVALID_REQUEST, 'A topic is needed: there are no defaults of all topics.');
  const fault = topicNameFault(name);
  if (fault) return refuse(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: ${fault}`);
  const topic = cluster.topic(name);
  if (!topic) return refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${name}' does not exist.`);
  const changed = changedConfigs(keepsOthers ? topic.configs.overrides : new Map(), changes, topicKind);
  if ('errorCode' in changed) return changed;
  if (validateOnly) return undefined;
  topic.configs.replace(changed);
  cluster.topicChanged(topic);
  return undefined;
}

function alterBroker(
  name: string,
  changes: readonly ConfigChange[],
  { cluster, configs, keepsOthers, validateOnly }: Alteration,
): ClusterRefusal | undefined {
  const isForAll = name === '';
  const nodeId = isForAll ? undefined : Number(name);
  if (nodeId !== undefined && !cluster.node(nodeId)) {
    return refuse(ErrorCode.INVALID_REQUEST, `There is no broker ${name}.`);
  }
  for (const change of changes) {
    const fault = dynamicConfigFault(change.name, isForAll);
    if (fault) return refuse(ErrorCode.INVALID_REQUEST, fault);
  }
  const changed = changedConfigs(keepsOthers ? configs.dynamic(nodeId) : new Map(), changes, brokerKind);
  if ('errorCode' in changed) return changed;
  if (validateOnly) return undefined;
  configs.setDynamic(nodeId, changed);
  for (const topic of cluster.topics) topic.configs.refresh();
  return undefined;
}

let rules: ReadonlyMap<string, AllowedValues> | undefined;

function topicRules(): ReadonlyMap<string, AllowedValues> {
  return (rules ??= new Map(
    topicConfigTable.flatMap(({ brokerSynonym, allowed }) =>
      brokerSynonym ? [[brokerSynonym, allowed] as const] : [],
    ),
  ));
}
