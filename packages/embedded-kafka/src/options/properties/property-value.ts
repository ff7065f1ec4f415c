import { brokerConfigFacts } from '../../cluster/broker-config-table.js';
import { configFault, type ValueRule } from '../../cluster/config-value.js';
import { topicConfigTable } from '../../cluster/topic-config-table.js';
import { nearestName } from '../nearest-name.js';

/** Broker properties by Kafka's names, e.g. `{ 'log.retention.ms': 60_000 }`. */
export type BrokerProperties = Readonly<Record<string, string | number | boolean>>;

/** Of authorizers and listeners: Kafka takes them from `server.properties`, but DescribeConfigs does not tell them. */
const untold: ReadonlySet<string> = new Set(['super.users', 'allow.everyone.if.no.acl.found', 'sasl.jaas.config']);
/** Overrides for one listener (KIP-103). */
const OF_LISTENER = /^listener\.name\.[^.]+\./;

/** What is wrong with the names and values of properties. */
export function propertyFaults(properties: BrokerProperties): string[] {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return ['properties must be an object of values by the names of Kafka’s broker configurations'];
  }
  return Object.entries(properties).flatMap(([name, value]) => faultOf(name, value) ?? []);
}

function faultOf(name: string, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return `property ${name} must be a text, a number or a boolean, got ${String(value)}`;
  }
  if (untold.has(name) || OF_LISTENER.test(name)) return undefined;
  const facts = brokerConfigFacts();
  const fact = facts.get(name);
  if (fact === undefined) {
    const nearest = nearestName(name, [...facts.keys(), ...untold]);
    const hint =
      nearest === undefined ? 'see https://kafka.apache.org/documentation/#brokerconfigs' : `did you mean ${nearest}?`;
    return `property ${name} is none of Kafka 4.1's (${hint})`;
  }
  const shown = fact.type === 'password' ? 'a secret' : JSON.stringify(String(value));
  return configFault(ruleOf(name, fact), String(value)) ? `property ${name} cannot be ${shown}` : undefined;
}

/** A default of topics must be what topics may have. */
function ruleOf(name: string, rule: Omit<ValueRule, 'allowed'>): ValueRule {
  return (
    topicConfigTable.find(({ brokerSynonym }) => brokerSynonym === name) ?? { type: rule.type, allowed: undefined }
  );
}
