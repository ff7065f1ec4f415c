/** What a group of KIP-848's protocol may have of its own, in milliseconds; undefined where the broker's count. */
export interface GroupTimes {
  /** `consumer.session.timeout.ms` */
  readonly sessionTimeoutMs?: number | undefined;
  /** `consumer.heartbeat.interval.ms` */
  readonly heartbeatIntervalMs?: number | undefined;
}

/** How the group coordinator behaves. Times are milliseconds. */
export interface GroupCoordinatorOptions {
  /** Shortest session timeout a member may ask for (`group.min.session.timeout.ms`). Default 10; Kafka's is 6,000. */
  readonly minSessionTimeoutMs: number;
  /** Longest session timeout a member may ask for (`group.max.session.timeout.ms`). Default 1,800,000, as Kafka's. */
  readonly maxSessionTimeoutMs: number;
  /** How long an empty group waits for more members (`group.initial.rebalance.delay.ms`). Default 0; Kafka's is 3,000. */
  readonly initialRebalanceDelayMs: number;
  /** How long a new member's first JoinGroup may stay parked before the member is given up. Default 300,000, as Kafka's. */
  readonly newMemberJoinTimeoutMs: number;
  /**
   * How long a member of a consumer group (KIP-848) may be silent (`group.consumer.session.timeout.ms`). Default 45,000, as
   * Kafka's.
   */
  readonly consumerSessionTimeoutMs: number;
  /**
   * How often members of consumer groups are told to send heartbeats (`group.consumer.heartbeat.interval.ms`), and hence how
   * soon they learn of a rebalance. Default 500; Kafka's is 5,000.
   */
  readonly consumerHeartbeatIntervalMs: number;
  /** Members a group may have (`group.max.size`), beyond which GROUP_MAX_SIZE_REACHED is answered. Default 1,000. */
  readonly maxGroupSize: number;
  /** Groups that may exist at a time, beyond which a new one is refused. Default 10,000. */
  readonly maxGroups: number;
  /** Committed partitions a group may have, beyond which INVALID_COMMIT_OFFSET_SIZE is answered. Default 100,000. */
  readonly maxOffsetsPerGroup: number;
  /**
   * How long committed offsets are kept that nobody needs (`offsets.retention.minutes`), see OffsetExpiry. Default
   * 604,800,000, which is seven days, as Kafka's.
   */
  readonly offsetsRetentionMs: number;
  /** How often is looked for such offsets (`offsets.retention.check.interval.ms`). Default 600,000, as Kafka's. */
  readonly offsetsRetentionCheckIntervalMs: number;
  /** Characters that a commit's metadata may have (`offset.metadata.max.bytes`). Default 4,096, as Kafka's. */
  readonly maxOffsetMetadataSize: number;
  /** Bytes of a member's metadata or assignment that are kept. Default 1 MiB, as Kafka's limit for a group's record. */
  readonly maxMemberStateBytes: number;
}

export const defaultGroupOptions: GroupCoordinatorOptions = {
  minSessionTimeoutMs: 10,
  maxSessionTimeoutMs: 1_800_000,
  initialRebalanceDelayMs: 0,
  newMemberJoinTimeoutMs: 300_000,
  consumerSessionTimeoutMs: 45_000,
  consumerHeartbeatIntervalMs: 500,
  maxGroupSize: 1_000,
  maxGroups: 10_000,
  maxOffsetsPerGroup: 100_000,
  offsetsRetentionMs: 604_800_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  maxOffsetMetadataSize: 4_096,
  maxMemberStateBytes: 1_048_576,
};

const lowest: Readonly<Record<keyof GroupCoordinatorOptions, number>> = {
  minSessionTimeoutMs: 1,
  maxSessionTimeoutMs: 1,
  initialRebalanceDelayMs: 0,
  newMemberJoinTimeoutMs: 1,
  consumerSessionTimeoutMs: 1,
  consumerHeartbeatIntervalMs: 1,
  maxGroupSize: 1,
  maxGroups: 1,
  maxOffsetsPerGroup: 1,
  offsetsRetentionMs: 1,
  offsetsRetentionCheckIntervalMs: 1,
  maxOffsetMetadataSize: 0,
  maxMemberStateBytes: 1,
};

/** Largest delay that a timer takes. */
const highest = 0x7fffffff;

/**
 * Fills in the defaults.
 * @throws TypeError that lists everything that is wrong with the options
 */
export function resolveGroupOptions(given: Partial<GroupCoordinatorOptions> = {}): GroupCoordinatorOptions {
  const faults: string[] = [];
  const options = fillIn(given, faults);
  if (faults.length > 0) throw new TypeError(`Invalid group options: ${faults.join('; ')}`);
  return options;
}

/** Everything that is wrong with the options; empty if nothing is. */
export function groupOptionFaults(given: Partial<GroupCoordinatorOptions>): string[] {
  const faults: string[] = [];
  fillIn(given, faults);
  return faults;
}

function fillIn(given: Partial<GroupCoordinatorOptions>, faults: string[]): GroupCoordinatorOptions {
  for (const [name, value] of Object.entries(given)) {
    if (!isOptionName(name)) {
      faults.push(`${name} is not an option (known: ${Object.keys(lowest).join(', ')})`);
    } else if (value !== undefined && !(Number.isInteger(value) && value >= lowest[name] && value <= highest)) {
      faults.push(`${name} must be an integer from ${lowest[name]} to ${highest}, got ${String(value)}`);
    }
  }
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options: GroupCoordinatorOptions = { ...defaultGroupOptions, ...defined };
  if (options.minSessionTimeoutMs > options.maxSessionTimeoutMs) {
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = options;
    faults.push(
      `minSessionTimeoutMs (${minSessionTimeoutMs}) must not exceed maxSessionTimeoutMs (${maxSessionTimeoutMs})`,
    );
  }
  if (options.consumerHeartbeatIntervalMs >= options.consumerSessionTimeoutMs) {
    const { consumerHeartbeatIntervalMs, consumerSessionTimeoutMs } = options;
    faults.push(
      `consumerHeartbeatIntervalMs (${consumerHeartbeatIntervalMs}) must be shorter than consumerSessionTimeoutMs (${consumerSessionTimeoutMs})`,
    );
  }
  return options;
}

function isOptionName(name: string): name is keyof GroupCoordinatorOptions {
  return Object.hasOwn(lowest, name);
}
