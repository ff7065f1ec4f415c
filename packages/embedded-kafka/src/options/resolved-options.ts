import { hasFeatures, isKafkaRelease, kafkaReleases, type KafkaRelease } from '../api/kafka-release.js';
import { realClock, type Clock } from '../clock.js';
import { resolveControl, type ResolvedControl } from '../control/control-options.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import { silentLogger, type Logger } from '../logger.js';
import { plainLogger } from '../plain-logger.js';
import { authorizerFaults, type AuthorizerOptions } from '../security/acl/acl-options.js';
import { resolveListeners, userFaults, type ResolvedListener } from '../security/listener-options.js';
import type { FsyncPolicy } from '../storage/data-directory.js';
import { workerFaults } from './worker-options.js';
import type { EmbeddedKafkaOptions } from './embedded-kafka-options.js';
import { unknownName } from './nearest-name.js';
import { resolveBrokers, type BrokerOptions } from './node-options.js';
import { LONGEST_TIMER, MAX_PORT, show } from './option-values.js';
import { readProperties, type ReadProperties } from './properties/property-options.js';
import { storageFaults } from './storage-options.js';
import { MAX_PARTITIONS, resolveTopics, type TopicOptions } from './topic-options.js';

/** The options with their defaults filled in, all of them valid. */
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
  /** What Kafka's broker properties say beyond the options above. */
  readonly properties: Omit<ReadProperties, 'options'>;
  /** Undefined if nothing is to listen for it. */
  readonly control: ResolvedControl | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Kafka's `group.max.session.timeout.ms`. */
const MAX_SESSION_TIMEOUT = 1_800_000;

const known: ReadonlySet<string> = new Set<keyof EmbeddedKafkaOptions>([
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
  'properties',
  'control',
  'worker',
  'logger',
]);

/**
 * Fills in the defaults.
 * @throws EmbeddedKafkaError INVALID_OPTIONS, which lists everything that is wrong
 */
export function resolveOptions(options: EmbeddedKafkaOptions): ResolvedOptions {
  const faults: string[] = [];
  const resolved = fillIn(options, faults);
  if (faults.length > 0) throw new EmbeddedKafkaError('INVALID_OPTIONS', [faults]);
  return resolved;
}

/** Everything that is wrong with the options; empty if nothing is. */
export function optionFaults(options: EmbeddedKafkaOptions): string[] {
  const faults: string[] = [];
  fillIn(options, faults);
  return faults;
}

/** What is given as an option wins over Kafka's property for it. */
function fillIn(given: EmbeddedKafkaOptions, faults: string[]): ResolvedOptions {
  for (const name of Object.keys(given)) {
    if (!known.has(name)) faults.push(`${name} is not an option ${unknownName(name, known)}`);
  }
  const { options: ofProperties, ...properties } = readProperties(given.properties, faults);
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options: EmbeddedKafkaOptions = { ...ofProperties, ...defined };
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
    properties,
    control: resolveControl(options.control, faults),
    clock: options.clock ?? realClock,
    dataDir: options.dataDir,
    fsync: options.fsync ?? 'never',
    logger: logger === undefined ? silentLogger : plainLogger(logger),
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
  if (options.worker !== undefined && typeof options.worker !== 'boolean') {
    faults.push(`worker must be a boolean, got ${show(options.worker)}`);
  }
  if (options.worker === true) faults.push(...workerFaults(options));
  faults.push(...storageFaults(options));
  return resolved;
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

function isClock(clock: Clock): boolean {
  return typeof clock?.now === 'function' && typeof clock.setTimeout === 'function';
}

function isLogger(logger: Logger): boolean {
  return (['debug', 'info', 'warn', 'error'] as const).every(level => typeof logger?.[level] === 'function');
}
