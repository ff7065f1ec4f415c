import { hasFeatures, isKafkaRelease, kafkaReleases, type KafkaRelease } from './api/kafka-release.js';
import { realClock, type Clock } from './clock.js';
import { MAX_NODES } from './cluster/broker-node.js';
import { topicConfigFaults } from './cluster/topic-configs.js';
import { topicNameFault } from './cluster/topic-name.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import type { FsyncPolicy } from './storage/data-directory.js';
import { silentLogger, type Logger } from './logger.js';
import { authorizerFaults, type AuthorizerOptions } from './security/acl/acl-options.js';
import {
  resolveListeners,
  userFaults,
  type ListenerOptions,
  type ResolvedListener,
} from './security/listener-options.js';

/** A topic to create. */
export interface TopicOptions {
  readonly name: string;
  /** Default: `defaultPartitions`. */
  readonly partitions?: number | undefined;
  /** Nodes that hold each partition. Default: `defaultReplicationFactor`. */
  readonly replicationFactor?: number | undefined;
  /** Kafka's topic configurations by name, e.g. `{ 'max.message.bytes': 2_000_000 }`. */
  readonly configs?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** One node of the cluster. */
export interface NodeOptions {
  /** `node.id`. Default: its place among the brokers, from 1 on. */
  readonly id?: number | undefined;
  /** Port to listen on. Default 0, any free one; with the option `port`, the first broker has that and the others follow. */
  readonly port?: number | undefined;
  /** `broker.rack`. Default none. */
  readonly rack?: string | undefined;
}

export interface BrokerOptions {
  readonly id: number;
  readonly port: number;
  readonly rack: string | null;
}

export interface EmbeddedKafkaOptions {
  /** How many brokers the cluster has, or one entry for each. Default 1. */
  readonly brokers?: number | readonly NodeOptions[] | undefined;
  /** Address to listen on. Default `127.0.0.1`: nobody outside of this machine reaches it. */
  readonly host?: string | undefined;
  /** Port to listen on; each further broker takes the next one. Default 0: any free one, see `EmbeddedKafka.brokers`. */
  readonly port?: number | undefined;
  /** What clients may speak, and where. Default: one of protocol PLAINTEXT at `host` and `port`. `brokers` tells the first one's address. */
  readonly listeners?: readonly ListenerOptions[] | undefined;
  /** Lets ACLs decide who may do what (`authorizer.class.name`). Default: no authorizer, everybody may do everything. */
  readonly authorizer?: AuthorizerOptions | undefined;
  /** Passwords by user, for PLAIN and SCRAM on every listener with SASL. Default none. */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** Topics that exist from the start; a name alone means the default number of partitions. Default none. */
  readonly topics?: readonly (string | TopicOptions)[] | undefined;
  /** Whether a topic comes into being when a client asks for its metadata (`auto.create.topics.enable`). Default true. */
  readonly autoCreateTopics?: boolean | undefined;
  /** Partitions of a topic that does not say how many it wants (`num.partitions`). Default 1. */
  readonly defaultPartitions?: number | undefined;
  /**
   * Nodes that hold each partition of a topic that does not say how many (`default.replication.factor`). Default 3, or
   * the number of brokers if they are fewer, so that a node can be stopped; Kafka's is 1.
   */
  readonly defaultReplicationFactor?: number | undefined;
  /**
   * Where consumers that say their rack (`client.rack`) read: `leader`, or `rack` for the in-sync replica in their rack, as
   * Kafka's `RackAwareReplicaSelector` does (KIP-392). Default `leader`, as Kafka's.
   */
  readonly replicaSelector?: 'leader' | 'rack' | undefined;
  /**
   * Milliseconds that a new group waits for more members (`group.initial.rebalance.delay.ms`). Default 0, which makes
   * tests fast; Kafka's is 3,000.
   */
  readonly groupInitialRebalanceDelayMs?: number | undefined;
  /** Shortest session timeout that a member may ask for, in milliseconds (`group.min.session.timeout.ms`). Default 10; Kafka's is 6,000. */
  readonly groupMinSessionTimeoutMs?: number | undefined;
  /**
   * How long a member of a consumer group whose broker assigns (KIP-848) may be silent, in milliseconds
   * (`group.consumer.session.timeout.ms`). Default 45,000, as Kafka's.
   */
  readonly groupConsumerSessionTimeoutMs?: number | undefined;
  /**
   * How often such members are told to send heartbeats, in milliseconds (`group.consumer.heartbeat.interval.ms`), and hence
   * how soon they learn of a rebalance. Default 500, which makes tests fast; Kafka's is 5,000.
   */
  readonly groupConsumerHeartbeatIntervalMs?: number | undefined;
  /**
   * Minutes that committed offsets are kept which nobody needs (`offsets.retention.minutes`): those of a group without members,
   * and for topics that its members do not read. Default 10,080, which is seven days, as Kafka's.
   */
  readonly offsetsRetentionMinutes?: number | undefined;
  /**
   * Level of Kafka's feature `transaction.version`, which tells clients how to do transactions: 2 lets those that can add
   * partitions by producing to them and have their epoch raised by every end (KIP-890); below that, all use the older
   * protocol. Default 2, as Kafka's; 0 if a Kafka older than 4.0 is played, which does not have it.
   */
  readonly transactionVersion?: number | undefined;
  /**
   * Plays an older Kafka, e.g. `'2.8'`: its APIs in its versions are advertised, and what is newer is refused. What the
   * APIs do is 4.1's. Default `'4.1'`.
   */
  readonly asVersion?: KafkaRelease | undefined;
  /**
   * Where the broker takes its time from. Default: the machine. A `ManualClock` lets a test move time; a clock may serve several
   * brokers.
   */
  readonly clock?: Clock | undefined;
  /**
   * Directory for all that has to outlive the process: records, topics, configurations, committed offsets, transactions.
   * Made if it is not there; one broker at a time. What was acknowledged survives `kill -9`. Default: none, everything is in
   * memory and gone after `stop`.
   */
  readonly dataDir?: string | undefined;
  /**
   * When the disk is waited for, which is what survives a power cut: `'always'`, before each answer; `'never'`, as Kafka
   * does it; or every so many milliseconds. Waiting blocks the process. Default `'never'`. Needs `dataDir`.
   */
  readonly fsync?: FsyncPolicy | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}

export interface ResolvedOptions {
  readonly dataDir: string | undefined;
  readonly fsync: FsyncPolicy;
  readonly host: string;
  readonly brokers: readonly BrokerOptions[];
  /** Never empty. */
  readonly listeners: readonly ResolvedListener[];
  readonly users: Readonly<Record<string, string>>;
  readonly authorizer: AuthorizerOptions | undefined;
  readonly topics: readonly TopicOptions[];
  readonly autoCreateTopics: boolean;
  readonly defaultPartitions: number;
  readonly defaultReplicationFactor: number;
  readonly replicaSelector: 'leader' | 'rack';
  readonly groupInitialRebalanceDelayMs: number;
  readonly groupMinSessionTimeoutMs: number;
  readonly groupConsumerSessionTimeoutMs: number;
  readonly groupConsumerHeartbeatIntervalMs: number;
  readonly offsetsRetentionMinutes: number;
  readonly transactionVersion: number;
  readonly asVersion: KafkaRelease;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MAX_PARTITIONS = 10_000;
const MAX_PORT = 65_535;
const LONGEST_TIMER = 0x7fffffff;
/** Kafka's `group.max.session.timeout.ms`. */
const MAX_SESSION_TIMEOUT = 1_800_000;

const known = new Set([
  'brokers',
  'host',
  'port',
  'listeners',
  'users',
  'authorizer',
  'topics',
  'autoCreateTopics',
  'defaultPartitions',
  'defaultReplicationFactor',
  'replicaSelector',
  'groupInitialRebalanceDelayMs',
  'groupMinSessionTimeoutMs',
  'groupConsumerSessionTimeoutMs',
  'groupConsumerHeartbeatIntervalMs',
  'offsetsRetentionMinutes',
  'transactionVersion',
  'asVersion',
  'clock',
  'dataDir',
  'fsync',
  'logger',
]);

/**
 * Fills in the defaults.
 * @throws EmbeddedKafkaError INVALID_OPTIONS, which lists everything that is wrong
 */
export function resolveOptions(options: EmbeddedKafkaOptions): ResolvedOptions {
  const faults: string[] = [];
  for (const name of Object.keys(options)) {
    if (!known.has(name)) faults.push(`${name} is not an option (known: ${[...known].join(', ')})`);
  }
  const integer = (name: string, value: unknown, fallback: number, min: number, max: number): number => {
    if (value === undefined) return fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    faults.push(`${name} must be an integer from ${min} to ${max}, got ${show(value)}`);
    return fallback;
  };
  const { host, autoCreateTopics, replicaSelector, logger } = options;
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    faults.push(`host must be a name or an address, got ${show(host)}`);
  }
  if (autoCreateTopics !== undefined && typeof autoCreateTopics !== 'boolean') {
    faults.push(`autoCreateTopics must be a boolean, got ${show(autoCreateTopics)}`);
  }
  if (replicaSelector !== undefined && replicaSelector !== 'leader' && replicaSelector !== 'rack') {
    faults.push(`replicaSelector must be 'leader' or 'rack', got ${show(replicaSelector)}`);
  }
  if (logger !== undefined && !isLogger(logger)) faults.push('logger must have debug, info, warn and error methods');
  const brokers = resolveBrokers(options.brokers, integer('port', options.port, 0, 0, MAX_PORT), faults);
  if (options.clock !== undefined && !isClock(options.clock)) {
    faults.push('clock must have the methods now and setTimeout; ManualClock has');
  }
  const asVersion = options.asVersion ?? '4.1';
  if (!isKafkaRelease(asVersion)) {
    faults.push(`asVersion must be one of ${kafkaReleases.join(', ')}, got ${show(asVersion)}`);
  }
  if (options.authorizer !== undefined) faults.push(...authorizerFaults(options.authorizer));
  const resolved: ResolvedOptions = {
    host: host ?? '127.0.0.1',
    brokers,
    listeners: listenersOf(options, faults),
    users: options.users ?? {},
    authorizer: options.authorizer,
    topics: resolveTopics(options.topics, faults),
    autoCreateTopics: autoCreateTopics ?? true,
    defaultPartitions: integer('defaultPartitions', options.defaultPartitions, 1, 1, MAX_PARTITIONS),
    defaultReplicationFactor: integer(
      'defaultReplicationFactor',
      options.defaultReplicationFactor,
      Math.min(brokers.length, 3),
      1,
      brokers.length,
    ),
    replicaSelector: replicaSelector ?? 'leader',
    groupInitialRebalanceDelayMs: integer(
      'groupInitialRebalanceDelayMs',
      options.groupInitialRebalanceDelayMs,
      0,
      0,
      LONGEST_TIMER,
    ),
    groupMinSessionTimeoutMs: integer(
      'groupMinSessionTimeoutMs',
      options.groupMinSessionTimeoutMs,
      10,
      1,
      MAX_SESSION_TIMEOUT,
    ),
    groupConsumerSessionTimeoutMs: integer(
      'groupConsumerSessionTimeoutMs',
      options.groupConsumerSessionTimeoutMs,
      45_000,
      1,
      LONGEST_TIMER,
    ),
    groupConsumerHeartbeatIntervalMs: integer(
      'groupConsumerHeartbeatIntervalMs',
      options.groupConsumerHeartbeatIntervalMs,
      500,
      1,
      LONGEST_TIMER,
    ),
    offsetsRetentionMinutes: integer(
      'offsetsRetentionMinutes',
      options.offsetsRetentionMinutes,
      10_080,
      1,
      Math.floor(LONGEST_TIMER / 60_000),
    ),
    transactionVersion: integer('transactionVersion', options.transactionVersion, hasFeatures(asVersion) ? 2 : 0, 0, 2),
    asVersion,
    clock: options.clock ?? realClock,
    dataDir: options.dataDir,
    fsync: options.fsync ?? 'never',
    logger: logger ?? silentLogger,
  };
  if (resolved.transactionVersion > 0 && isKafkaRelease(asVersion) && !hasFeatures(asVersion)) {
    faults.push(
      `transactionVersion ${resolved.transactionVersion} needs asVersion 4.0 or newer, got ${show(asVersion)}`,
    );
  }
  if (resolved.groupConsumerHeartbeatIntervalMs >= resolved.groupConsumerSessionTimeoutMs) {
    faults.push(
      `groupConsumerHeartbeatIntervalMs (${resolved.groupConsumerHeartbeatIntervalMs}) must be shorter than groupConsumerSessionTimeoutMs (${resolved.groupConsumerSessionTimeoutMs})`,
    );
  }
  faults.push(...storageFaults(options));
  if (faults.length > 0) throw new EmbeddedKafkaError('INVALID_OPTIONS', [faults]);
  return resolved;
}

function resolveBrokers(
  brokers: EmbeddedKafkaOptions['brokers'],
  firstPort: number,
  faults: string[],
): BrokerOptions[] {
  if (brokers !== undefined && !Array.isArray(brokers) && !isIntegerWithin(brokers, 1, MAX_NODES)) {
    faults.push(
      `brokers must be a number from 1 to ${MAX_NODES}, or an array of { id?, port?, rack? }, got ${show(brokers)}`,
    );
    return [{ id: 1, port: firstPort, rack: null }];
  }
  const nodes: readonly NodeOptions[] = Array.isArray(brokers)
    ? brokers
    : Array.from({ length: Number(brokers ?? 1) }, () => ({}));
  if (nodes.length < 1 || nodes.length > MAX_NODES) {
    faults.push(`brokers must have 1 to ${MAX_NODES} entries, got ${nodes.length}`);
  }
  const ids = new Set<number>();
  return nodes.map((node, index) => {
    const { id = index + 1, port = firstPort === 0 ? 0 : firstPort + index, rack = null } = node;
    const place = `brokers[${index}]`;
    for (const name of Object.keys(node)) {
      if (name !== 'id' && name !== 'port' && name !== 'rack')
        faults.push(`${place}: ${name} is not an option (known: id, port, rack)`);
    }
    if (!isIntegerWithin(id, 0, 0x7fffffff)) faults.push(`${place}: id must be an integer from 0 on, got ${show(id)}`);
    if (ids.has(id)) faults.push(`${place}: id ${show(id)} is taken`);
    ids.add(id);
    if (!isIntegerWithin(port, 0, MAX_PORT))
      faults.push(`${place}: port must be an integer from 0 to ${MAX_PORT}, got ${show(port)}`);
    if (rack !== null && (typeof rack !== 'string' || rack === ''))
      faults.push(`${place}: rack must be a name, got ${show(rack)}`);
    return { id, port, rack };
  });
}

function isIntegerWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function listenersOf(
  { listeners, host = '127.0.0.1', port, users = {} }: EmbeddedKafkaOptions,
  faults: string[],
): ResolvedListener[] {
  faults.push(...userFaults(users).map(fault => `users ${fault}`));
  if (listeners !== undefined && port !== undefined) {
    faults.push('port is of no use beside listeners: give each of them its own');
  }
  return resolveListeners(listeners ?? [{ protocol: 'PLAINTEXT' }], host, users, faults);
}

function storageFaults({ dataDir, fsync }: EmbeddedKafkaOptions): string[] {
  const faults: string[] = [];
  if (dataDir !== undefined && (typeof dataDir !== 'string' || dataDir === '')) {
    faults.push(`dataDir must be a path, got ${show(dataDir)}`);
  }
  if (fsync === undefined) return faults;
  const isPeriod = typeof fsync === 'number' && Number.isInteger(fsync) && fsync >= 1 && fsync <= LONGEST_TIMER;
  if (fsync !== 'always' && fsync !== 'never' && !isPeriod) {
    faults.push(`fsync must be 'always', 'never' or a number of milliseconds, got ${show(fsync)}`);
  }
  if (dataDir === undefined) faults.push('fsync needs dataDir: in memory there is no disk to wait for');
  return faults;
}

function resolveTopics(topics: EmbeddedKafkaOptions['topics'], faults: string[]): TopicOptions[] {
  if (topics === undefined) return [];
  if (!Array.isArray(topics)) {
    faults.push(`topics must be an array of names or { name, partitions?, configs? }, got ${show(topics)}`);
    return [];
  }
  const resolved = (topics as readonly (string | TopicOptions)[]).map(toTopicOptions);
  const names = new Set<string>();
  for (const topic of resolved) {
    faults.push(...topicFaults(topic));
    if (names.has(topic.name)) faults.push(`topics has ${show(topic.name)} twice`);
    names.add(topic.name);
  }
  return resolved;
}

export function toTopicOptions(topic: string | TopicOptions): TopicOptions {
  return typeof topic === 'string' ? { name: topic } : topic;
}

/** Everything that is wrong with a topic's options. */
export function topicFaults({ name, partitions, replicationFactor, configs }: TopicOptions): string[] {
  if (typeof name !== 'string') return [`a topic's name must be a string, got ${show(name)}`];
  const faults: string[] = [];
  const nameFault = topicNameFault(name);
  if (nameFault) faults.push(`topic name: ${nameFault}`);
  if (partitions !== undefined && !(Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS)) {
    faults.push(`partitions of topic ${name} must be an integer from 1 to ${MAX_PARTITIONS}, got ${show(partitions)}`);
  }
  if (replicationFactor !== undefined && !isIntegerWithin(replicationFactor, 1, MAX_NODES)) {
    faults.push(`replicationFactor of topic ${name} must be an integer from 1 on, got ${show(replicationFactor)}`);
  }
  faults.push(...topicConfigFaults(configPairs(configs)).map(fault => `configs of topic ${name}: ${fault}`));
  return faults;
}

export function configPairs(configs: TopicOptions['configs']): (readonly [string, string])[] {
  return Object.entries(configs ?? {}).map(([name, value]) => [name, String(value)] as const);
}

function isClock(clock: Clock): boolean {
  return typeof clock?.now === 'function' && typeof clock.setTimeout === 'function';
}

function isLogger(logger: Logger): boolean {
  return (['debug', 'info', 'warn', 'error'] as const).every(level => typeof logger?.[level] === 'function');
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
