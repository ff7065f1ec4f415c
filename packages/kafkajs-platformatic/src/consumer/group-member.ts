import { AssignerProtocol, type Assigner, type Assignment } from '../assigners/index.js';
import type { Logger } from '../logger/logger.js';
import { hasPartitions, withoutPartitions } from './assignment-difference.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import { ErrorCode, errorCodeOf } from './error-codes.js';
import type { GroupCoordinator, GroupIdentity } from './group-coordinator.js';
import type { GroupLeader } from './group-leader.js';
import { Heartbeat } from './heartbeat.js';
import { acknowledgedLeave } from './leaving.js';
import type { MemberOptions, MemberState, Membership, MembershipPorts } from './membership.js';
import { isRecoverable, rootOf } from './recoverable.js';
import { Signal } from './signal.js';
import { SubscriptionWatch } from './subscription-watch.js';

const FATAL: ReadonlySet<number | undefined> = new Set([
  ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
  ErrorCode.INVALID_GROUP_ID,
  ErrorCode.INVALID_SESSION_TIMEOUT,
  ErrorCode.GROUP_AUTHORIZATION_FAILED,
  ErrorCode.UNSUPPORTED_VERSION,
  ErrorCode.FENCED_INSTANCE_ID,
]);
/** Answers that are no failure, only a reason to begin again. */
const JOIN_AGAIN: ReadonlySet<number | undefined> = new Set([
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.ILLEGAL_GENERATION,
]);
/** How often in a row that is done without a pause. */
const QUICK_REJOINS = 3;

/** Nothing is claimed by a member that gave up everything. */
const NOTHING: Assignment = {};

/**
 * A member of a consumer group (the classic protocol: JoinGroup, SyncGroup, Heartbeat).
 *
 *     idle ─start─▶ joining ─assignment─▶ stable ─rebalance, growth─▶ draining ─drained or out of time─▶ joining
 *                    │  ▲ ▲                  │                            │
 *        any error ──┘  │ └───────── lost ───┴────────────────────────────┘
 *      (with backoff) ──┘
 *     from any state: stop ─▶ left;  an error that nothing here can cure ─▶ failed
 *
 * `lost` is UNKNOWN_MEMBER_ID or ILLEGAL_GENERATION: others may own the partitions already.
 *
 * A cooperative member (KIP-429: all of its assigners are) rebalances in two phases instead:
 *
 *     stable ─rebalance, growth─▶ joining, its partitions at work and claimed ─assignment─▶ stable
 *     stable ─a claimed partition is not in the assignment─▶ draining (that one only) ─▶ joining, without that claim
 *
 * Invariants
 * - Eager: JoinGroup is sent only after `onRevoking` has settled or the partitions were dropped by `onLost`.
 *   Cooperative: JoinGroup claims every partition that is still handled, and no other.
 * - A claim that was not granted is followed by another JoinGroup: others wait for that partition.
 * - Heartbeats run on their own timer from the assignment until the next JoinGroup, through `draining` too, whatever
 *   handlers do. A cooperative member whose JoinGroup fails has one session timeout until it stops handling.
 * - In `joining` an attempt is on its way or a backoff timer is running: the member never stands still while it runs.
 * - Every error but the fatal ones leads back to `joining`, for ever.
 */
export class GroupMember implements Membership {
  readonly #coordinator: GroupCoordinator;
  readonly #leader: GroupLeader;
  readonly #assigners: readonly Assigner[];
  readonly #options: MemberOptions;
  readonly #ports: MembershipPorts;
  readonly #logger: Logger;
  readonly #heartbeat: Heartbeat;
  readonly #stopped = new AbortController();
  readonly #wake = new Signal();
  readonly #joined = new Signal();
  readonly #watch: SubscriptionWatch;
  readonly #isCooperative: boolean;

  #state: MemberState = 'idle';
  #memberId = '';
  #identity: GroupIdentity | null = null;
  /** The last generation, for as long as its partitions have not been lost. */
  #previous: GroupIdentity | null = null;
  /** What a cooperative member handles, and so claims when it joins. */
  #owned: Assignment = NOTHING;
  #rejoin: 'rebalance' | 'release' | 'lost' | null = null;
  #fatal: Error | null = null;
  #drain: AbortController | null = null;
  #attempts = 0;

  constructor(
    coordinator: GroupCoordinator,
    leader: GroupLeader,
    assigners: readonly Assigner[],
    options: MemberOptions,
    ports: MembershipPorts,
    logger: Logger,
  ) {
    this.#coordinator = coordinator;
    this.#leader = leader;
    this.#assigners = assigners;
    this.#options = options;
    this.#ports = ports;
    this.#logger = logger;
    this.#isCooperative = assigners.every(({ rebalanceProtocol }) => rebalanceProtocol === 'cooperative');
    this.#watch = new SubscriptionWatch(options.metadataMaxAge, {
      topics: () => ports.topics(),
      hasGrown: () => leader.hasGrown(),
      onChanged: () => {
        this.#rejoin ??= 'rebalance';
        this.#wake.notify();
      },
      logger,
    });
    this.#heartbeat = new Heartbeat(options, {
      send: identity => coordinator.heartbeat(identity).finally(() => this.#attempts++),
      onBeat: identity => ports.onHeartbeat(identity),
      onError: (error, identity) => this.onGroupError(error, identity),
      onSuspended: () => ports.onSuspended(),
      onResumed: () => ports.onResumed(),
    });
  }

  get state(): MemberState {
    return this.#state;
  }

  get memberId(): string {
    return this.#memberId;
  }

  get isIncremental(): boolean {
    return this.#isCooperative;
  }

  get attempts(): number {
    return this.#attempts;
  }

  get identity(): GroupIdentity | null {
    return this.#identity;
  }

  /** A coordinator takes commits of a generation until all members have joined the next one. */
  get commitIdentity(): GroupIdentity | null {
    return this.#identity ?? (this.#isCooperative ? this.#previous : null);
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      void this.#run(resolve).then(error => (error === null ? resolve() : reject(error)));
    });
  }

  onGroupError(error: Error, identity: GroupIdentity): void {
    if (identity !== this.#identity) {
      return;
    }
    const code = errorCodeOf(error);
    if (code === ErrorCode.FENCED_INSTANCE_ID || code === ErrorCode.GROUP_AUTHORIZATION_FAILED) {
      this.#fatal = error;
      this.#lose();
    } else if (code === ErrorCode.UNKNOWN_MEMBER_ID || code === ErrorCode.ILLEGAL_GENERATION) {
      this.#logger.warn(`Lost the partitions of generation ${identity.generationId}, joining again: ${error.message}`);
      if (code === ErrorCode.UNKNOWN_MEMBER_ID) {
        this.#memberId = '';
      }
      this.#lose();
    } else if (code === ErrorCode.REBALANCE_IN_PROGRESS) {
      this.#rejoin ??= 'rebalance';
    } else {
      this.#logger.debug(`The coordinator could not be reached: ${error.message}`);
      return;
    }
    this.#wake.notify();
  }

  heartbeatIfDue(): Promise<void> {
    return this.#heartbeat.beatIfDue();
  }

  async whenInGeneration(signal: AbortSignal): Promise<void> {
    const outOfTime = (): void => this.#joined.notify();
    signal.addEventListener('abort', outOfTime, { once: true });
    while (this.#state === 'joining' && !signal.aborted) {
      await this.#joined.wait();
    }
    signal.removeEventListener('abort', outOfTime);
  }

  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) {
      return;
    }
    this.#stopped.abort();
    this.#drain?.abort();
    this.#wake.notify();
    this.#heartbeat.stop();
    this.#watch.stop();
    this.#identity = null;
    if (this.#state !== 'failed') {
      this.#state = 'left';
    }
    await this.#leave();
  }

  async #run(onFirstAssignment: () => void): Promise<Error | null> {
    let failures = 0;
    let joinedOnce = false;
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#join();
        failures = 0;
        joinedOnce = true;
        onFirstAssignment();
        await this.#stay();
        if (this.#fatal !== null) {
          return this.#fail(this.#fatal);
        }
        await this.#giveUp();
      } catch (error) {
        this.#attempts++;
        const root = rootOf(error);
        const code = errorCodeOf(root);
        if (this.#stopped.signal.aborted) {
          break;
        }
        if (FATAL.has(code) || (!joinedOnce && !JOIN_AGAIN.has(code) && !isRecoverable(root))) {
          return this.#fail(root);
        }
        this.#forgetWhatIsLost(code);
        if (hasPartitions(this.#owned)) {
          this.#heartbeat.doubt();
        }
        if (JOIN_AGAIN.has(code) && ++failures <= QUICK_REJOINS) {
          continue;
        }
        const delay = backoffDelay(CLUSTER_BACKOFF, ++failures);
        this.#logger.warn(`Joining the group failed, trying again in ${delay} ms: ${root.message}`);
        await pause(delay, this.#stopped.signal);
      }
    }
    return null;
  }

  async #join(): Promise<void> {
    this.#state = 'joining';
    const started = performance.now();
    this.#watch.stop();
    if (this.#identity !== null) {
      this.#previous = this.#identity;
      this.#identity = null;
      this.#heartbeat.hold();
    }
    const topics = await this.#ports.topics();
    this.#attempts++;
    const claimed = this.#owned;
    const generationId = this.#previous?.generationId ?? -1;
    const joined = await this.#coordinator.join(
      this.#memberId,
      this.#options,
      this.#assigners.map(assigner => assigner.protocol({ topics: [...topics], owned: claimed, generationId })),
      memberId => {
        this.#memberId = memberId;
      },
    );
    this.#attempts++;
    this.#memberId = joined.memberId;
    if (this.#stopped.signal.aborted) {
      // Stopped while the coordinator was waiting for the others: it has to know.
      await this.#leave();
      return;
    }
    const contiguous = isNextGeneration(this.#previous, joined);
    if (this.#isCooperative) {
      this.#goOnFrom(joined, contiguous);
    }
    const isLeader = joined.leaderId === joined.memberId;
    if (!isLeader) {
      this.#leader.follow();
    }
    const assignments = isLeader ? await this.#leader.assign(joined, topics) : [];
    this.#attempts++;
    const buffer = await this.#coordinator.sync(joined, joined.protocolName, assignments);
    this.#attempts++;
    if (this.#stopped.signal.aborted) {
      return;
    }
    const assignment = AssignerProtocol.MemberAssignment.decode(buffer)?.assignment ?? {};
    this.#rejoin = null;
    if (this.#isCooperative) {
      this.#owned = assignment;
      this.#rejoin = hasPartitions(withoutPartitions(claimed, assignment)) ? 'release' : null;
    }
    this.#identity = { memberId: joined.memberId, generationId: joined.generationId };
    this.#state = 'stable';
    this.#joined.notify();
    this.#heartbeat.start(this.#identity);
    this.#watch.start(topics);
    this.#ports.onAssigned(assignment, {
      ...joined,
      isLeader,
      topics,
      duration: Math.round(performance.now() - started),
      contiguous,
      incremental: this.#isCooperative,
    });
  }

  /** The claims were made in `joined`: from then on it is the generation that they hold in, assignment or not. */
  #goOnFrom(joined: GroupIdentity, contiguous: boolean): void {
    if (!contiguous && this.#previous !== null) {
      // A generation passed without the claims: others may have been given those partitions.
      this.#owned = NOTHING;
      this.#ports.onLost();
    }
    this.#previous = { memberId: joined.memberId, generationId: joined.generationId };
  }

  /** Until there is a reason to join again. */
  async #stay(): Promise<void> {
    while (this.#rejoin === null && !this.#stopped.signal.aborted) {
      await this.#wake.wait();
    }
  }

  /** What has to be given up before the next JoinGroup. */
  async #giveUp(): Promise<void> {
    const reason = this.#rejoin;
    if (this.#stopped.signal.aborted || reason === 'lost') {
      return;
    }
    if (reason === 'rebalance') {
      this.#ports.onRebalancing(this.#memberId);
      if (this.#isCooperative) {
        return;
      }
    }
    this.#state = 'draining';
    const drain = new AbortController();
    this.#drain = drain;
    const timer = setTimeout(() => drain.abort(), this.#drainTime());
    try {
      await (reason === 'release' ? this.#ports.onReleasing(drain.signal) : this.#ports.onRevoking(drain.signal));
    } finally {
      clearTimeout(timer);
      this.#drain = null;
    }
  }

  /** The coordinator began to wait up to one heartbeat ago, and JoinGroup has to arrive in time. */
  #drainTime(): number {
    const { rebalanceTimeout, heartbeatInterval } = this.#options;
    return Math.max(rebalanceTimeout / 2, rebalanceTimeout - 2 * heartbeatInterval - 1_000);
  }

  #lose(): void {
    this.#rejoin = 'lost';
    // For whoever watches: this member is out of the group until GROUP_JOIN says otherwise.
    this.#ports.onRebalancing(this.#memberId);
    this.#identity = null;
    this.#previous = null;
    this.#owned = NOTHING;
    this.#heartbeat.stop();
    this.#ports.onLost();
    this.#drain?.abort();
  }

  /** After a failed join or sync: what the error says about the partitions still held. */
  #forgetWhatIsLost(code: number | undefined): void {
    if (code === ErrorCode.UNKNOWN_MEMBER_ID) {
      this.#memberId = '';
    }
    if (code === ErrorCode.UNKNOWN_MEMBER_ID || code === ErrorCode.ILLEGAL_GENERATION) {
      this.#lose();
    }
  }

  #fail(error: Error): Error {
    this.#state = 'failed';
    this.#heartbeat.stop();
    this.#watch.stop();
    this.#joined.notify();
    this.#identity = null;
    this.#ports.onLost();
    this.#ports.onFatal(error);
    return error;
  }

  async #leave(): Promise<void> {
    if (!this.#options.isStatic && this.#memberId !== '') {
      await acknowledgedLeave(this.#coordinator.leave(this.#memberId), this.#logger);
    }
  }
}

/** True if nobody else can have been given in between what was held in `previous`. */
function isNextGeneration(previous: GroupIdentity | null, joined: GroupIdentity): boolean {
  return (
    previous !== null &&
    previous.memberId === joined.memberId &&
    joined.generationId - previous.generationId <= 1 &&
    joined.generationId >= previous.generationId
  );
}
