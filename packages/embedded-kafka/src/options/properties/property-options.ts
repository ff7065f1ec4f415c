import { groupOptionFaults, type GroupCoordinatorOptions } from '../../group/group-options.js';
import type { ListenerOptions } from '../../security/listener-options.js';
import type { AuthorizerOptions } from '../../security/acl/acl-options.js';
import { topicConfigTable } from '../../cluster/topic-config-table.js';
import type { NodeOptions } from '../node-options.js';
import { listenersOfProperties, listOf, type PropertyLookup } from './property-listeners.js';
import { authorizerOfProperties, usersOfProperties } from './property-security.js';
import { propertyFaults, type BrokerProperties } from './property-value.js';

/** Options that have a property of Kafka's. */
export interface PropertyOptions {
  brokers?: readonly NodeOptions[];
  listeners?: readonly ListenerOptions[];
  users?: Readonly<Record<string, string>>;
  authorizer?: AuthorizerOptions;
  autoCreateTopics?: boolean;
  defaultPartitions?: number;
  defaultReplicationFactor?: number;
  replicaSelector?: 'leader' | 'rack';
  groupInitialRebalanceDelayMs?: number;
  groupMinSessionTimeoutMs?: number;
  groupConsumerSessionTimeoutMs?: number;
  groupConsumerHeartbeatIntervalMs?: number;
  offsetsRetentionMinutes?: number;
  dataDir?: string;
}

type NumberOption = {
  [Name in keyof PropertyOptions]-?: Required<PropertyOptions>[Name] extends number ? Name : never;
}[keyof PropertyOptions];

const numbers: ReadonlyMap<string, NumberOption> = new Map<string, NumberOption>([
  ['num.partitions', 'defaultPartitions'],
  ['default.replication.factor', 'defaultReplicationFactor'],
  ['group.initial.rebalance.delay.ms', 'groupInitialRebalanceDelayMs'],
  ['group.min.session.timeout.ms', 'groupMinSessionTimeoutMs'],
  ['group.consumer.session.timeout.ms', 'groupConsumerSessionTimeoutMs'],
  ['group.consumer.heartbeat.interval.ms', 'groupConsumerHeartbeatIntervalMs'],
  ['offsets.retention.minutes', 'offsetsRetentionMinutes'],
]);

const ofGroups: ReadonlyMap<string, keyof GroupCoordinatorOptions> = new Map<string, keyof GroupCoordinatorOptions>([
  ['group.max.session.timeout.ms', 'maxSessionTimeoutMs'],
  ['group.max.size', 'maxGroupSize'],
  ['offset.metadata.max.bytes', 'maxOffsetMetadataSize'],
  ['offsets.retention.check.interval.ms', 'offsetsRetentionCheckIntervalMs'],
]);

const RACK_AWARE = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Defaults of topics in another unit: the more precise one wins, as in Kafka. */
const inOtherUnits: readonly (readonly [name: string, milliseconds: string, unit: number])[] = [
  ['log.retention.minutes', 'log.retention.ms', MINUTE],
  ['log.retention.hours', 'log.retention.ms', HOUR],
  ['log.roll.hours', 'log.roll.ms', HOUR],
  ['log.roll.jitter.hours', 'log.roll.jitter.ms', HOUR],
];

const OF_SECURITY =
  /^(?:listeners|advertised\.listeners|listener\.security\.protocol\.map|controller\.listener\.names|connections\.max\.reauth\.ms|sasl\.enabled\.mechanisms|sasl\.jaas\.config|ssl\.client\.auth|ssl\.key\.password|ssl\.(?:keystore|truststore)\..*|authorizer\.class\.name|super\.users|allow\.everyone\.if\.no\.acl\.found)$/;
const OF_NODE: ReadonlySet<string> = new Set([
  'node.id',
  'broker.id',
  'broker.rack',
  'log.dir',
  'log.dirs',
  'auto.create.topics.enable',
  'replica.selector.class',
  'connections.max.idle.ms',
  'connection.failed.authentication.delay.ms',
]);
const ofTopics: ReadonlySet<string> = new Set([
  ...topicConfigTable.flatMap(({ brokerSynonym }) => brokerSynonym ?? []),
  'log.retention.ms',
  'log.roll.ms',
  'log.roll.jitter.ms',
  'log.flush.interval.ms',
  ...inOtherUnits.map(([name]) => name),
]);

/** What Kafka's broker properties amount to. */
export interface ReadProperties {
  readonly options: PropertyOptions;
  readonly groupOptions: Partial<GroupCoordinatorOptions>;
  /** As they were given, and as text. */
  readonly values: ReadonlyMap<string, string>;
  /** Those that topics take their defaults from, all times in milliseconds. */
  readonly topicDefaults: ReadonlyMap<string, string>;
  /** Names of those that are kept and told by DescribeConfigs, but change nothing. */
  readonly withoutEffect: readonly string[];
}

/** Reads Kafka's broker properties, and adds to `faults` what is wrong with them. */
export function readProperties(properties: BrokerProperties = {}, faults: string[]): ReadProperties {
  const found = propertyFaults(properties);
  faults.push(...found);
  const values = found.length > 0 ? new Map<string, string>() : textsOf(properties);
  const property: PropertyLookup = (name, listener) =>
    (listener === undefined ? undefined : values.get(`listener.name.${listener.toLowerCase()}.${name}`)) ??
    values.get(name);
  const groupOptions = numbersOf(ofGroups, values);
  faults.push(...groupOptionFaults(groupOptions).map(fault => `properties of groups: ${fault}`));
  return {
    options: optionsOf(property, values, faults),
    groupOptions,
    values,
    topicDefaults: topicDefaultsOf(values),
    withoutEffect: [...values.keys()].filter(name => !hasEffect(name)),
  };
}

function optionsOf(property: PropertyLookup, values: ReadonlyMap<string, string>, faults: string[]): PropertyOptions {
  const options: PropertyOptions = numbersOf(numbers, values);
  const [id, rack] = [property('node.id') ?? property('broker.id'), property('broker.rack')];
  if (id !== undefined || rack !== undefined) {
    options.brokers = [{ id: id === undefined ? undefined : Number(id), rack }];
  }
  const listeners = listenersOfProperties(property, faults);
  if (listeners !== undefined) options.listeners = listeners;
  const users = usersOfProperties(values);
  if (users !== undefined) options.users = users;
  const authorizer = authorizerOfProperties(property);
  if (authorizer !== undefined) options.authorizer = authorizer;
  const autoCreate = property('auto.create.topics.enable');
  if (autoCreate !== undefined) options.autoCreateTopics = autoCreate.trim().toLowerCase() === 'true';
  const selector = property('replica.selector.class');
  if (selector === RACK_AWARE) options.replicaSelector = 'rack';
  else if (selector !== undefined && selector !== '') {
    faults.push(`property replica.selector.class can be ${RACK_AWARE} here, got ${JSON.stringify(selector)}`);
  }
  const directories = listOf(property('log.dirs') ?? property('log.dir'));
  if (directories.length > 1) faults.push('property log.dirs must name one directory here');
  if (directories[0] !== undefined) options.dataDir = directories[0];
  return options;
}

function topicDefaultsOf(values: ReadonlyMap<string, string>): Map<string, string> {
  const defaults = new Map(Array.from(values).filter(([name]) => ofTopics.has(name)));
  for (const [name, milliseconds, unit] of inOtherUnits) {
    const value = values.get(name);
    defaults.delete(name);
    if (value === undefined || defaults.has(milliseconds)) continue;
    defaults.set(milliseconds, String(Number(value) < 0 ? -1 : Number(value) * unit));
  }
  return defaults;
}

function numbersOf<Name extends string>(
  names: ReadonlyMap<string, Name>,
  values: ReadonlyMap<string, string>,
): Partial<Record<Name, number>> {
  const read: Partial<Record<Name, number>> = {};
  for (const [property, name] of names) {
    const value = values.get(property);
    if (value !== undefined) read[name] = Number(value);
  }
  return read;
}

function textsOf(properties: BrokerProperties): Map<string, string> {
  return new Map(Object.entries(properties).map(([name, value]) => [name, String(value)]));
}

function hasEffect(name: string): boolean {
  const bare = name.replace(/^listener\.name\.[^.]+\.(?:(?:plain|scram-sha-256|scram-sha-512)\.)?/, '');
  return OF_SECURITY.test(bare) || OF_NODE.has(name) || numbers.has(name) || ofGroups.has(name) || ofTopics.has(name);
}
