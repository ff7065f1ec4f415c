import { AssignerProtocol, type Assigner, type Assignment } from '../assigners/index.js';
import type { Logger } from '../logger/logger.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import { ErrorCode, errorCodeOf } from './error-codes.js';
import type { GroupCoordinator, GroupIdentity, JoinedGroup, MemberTimeouts } from './group-coordinator.js';
import type { GroupLeader } from './group-leader.js';
import { Heartbeat } from './heartbeat.js';
import { isRecoverable, rootOf } from './recoverable.js';
import { Signal } from './signal.js';

export interface MemberPorts {
  /** The topics subscribed to, RegExps expanded as of now. */
  topics(): Promise<string[]>;
  /** The member may handle `assignment` now. `contiguous`: nobody else can have held what it also held before. */
  onAssigned(assignment: Assignment, joined: GroupJoin, contiguous: boolean): void;
  /** Stop dispatching, let handlers end, commit with the old generation. `signal` ends the wait. */
  onRevoking(signal: AbortSignal): Promise<void>;
  /** Others may own the partitions already: drop them. */
  onLost(): void;
  /** The session may have run out unnoticed: handle nothing new until `onResumed` or `onLost`. */
  onSuspended(): void;
  onResumed(): void;
  onHeartbeat(identity: GroupIdentity): void;
  onRebalancing(memberId: string): void;
  /** The member cannot go on by itself. */
  onFatal(error: Error): void;
}

export interface GroupJoin extends JoinedGroup {
  readonly isLeader: boolean;
  /** What this member subscribed to. */
  readonly topics: readonly string[];
  /** Milliseconds. */
  readonly duration: number;
}

export interface MemberOptions extends MemberTimeouts {
  readonly heartbeatInterval: number;
  readonly metadataMaxAge: number;
  readonly isStatic: boolean;
}

export type MemberState = 'idle' | 'joining' | 'stable' | 'draining' | 'left' | 'failed';

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
/** Milliseconds that leaving may take; a coordinator that does not answer notices by itself. */
const LEAVE_TIMEOUT = 2_000;

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
 * Invariants
 * - JoinGroup is sent only after `onRevoking` has settled or the partitions were dropped by `onLost`.
 * - Heartbeats run on their own timer from the assignment until the next JoinGroup, through `draining` too, whatever
 *   handlers do.
 * - In `joining` an attempt is on its way or a backoff timer is running: the member never stands still while it runs.
 * - Every error but the fatal ones leads back to `joining`, for ever.
 */
export class GroupMember {
  readonly #coordinator: GroupCoordinator;
  readonly #leader: GroupLeader;
  readonly #assigners: readonly Assigner[];
  readonly #options: MemberOptions;
  readonly #ports: MemberPorts;
  readonly #logger: Logger;
  readonly #heartbeat: Heartbeat;
  readonly #stopped = new AbortController();
  readonly #wake = new Signal();

  #state: MemberState = 'idle';
  #memberId = '';
  #identity: GroupIdentity | null = null;
  /** The last generation, for as long as its partitions have not been lost. */
  #previous: GroupIdentity | null = null;
  #rejoin: 'rebalance' | 'lost' | null = null;
  #fatal: Error | null = null;
  #drain: AbortController | null = null;
  #endWatch: AbortController | null = null;

  constructor(
    coordinator: GroupCoordinator,
    leader: GroupLeader,
    assigners: readonly Assigner[],
    options: MemberOptions,
    ports: MemberPorts,
    logger: Logger,
  ) {
    this.#coordinator = coordinator;
    this.#leader = leader;
    this.#assigners = assigners;
    this.#options = options;
    this.#ports = ports;
    this.#logger = logger;
    this.#heartbeat = new Heartbeat(options, {
      send: identity => coordinator.heartbeat(identity),
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

  /** `null` while the member is not in a generation. */
  get identity(): GroupIdentity | null {
    return this.#identity;
  }

  /** Joins and stays joined until `stop`. Resolves with the first assignment. @throws what cannot be survived */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      void this.#run(resolve).then(error => (error === null ? resolve() : reject(error)));
    });
  }

  /** An error with which a coordinator answered in the name of `identity`; an answer to an older generation is void. */
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

  /** Sends a heartbeat now if one is due, for handlers that keep the event loop too busy for the timer. */
  heartbeatIfDue(): Promise<void> {
    return this.#heartbeat.beatIfDue();
  }

  /** Leaves the group, unless the membership is static. The caller has drained and committed. Never rejects. */
  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) {
      return;
    }
    this.#stopped.abort();
    this.#drain?.abort();
    this.#wake.notify();
    this.#heartbeat.stop();
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
        const root = rootOf(error);
        const code = errorCodeOf(root);
        if (this.#stopped.signal.aborted) {
          break;
        }
        if (FATAL.has(code) || (!joinedOnce && !isRecoverable(root))) {
          return this.#fail(root);
        }
        this.#forgetWhatIsLost(code);
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
    const started = Date.now();
    this.#previous = this.#identity ?? this.#previous;
    this.#identity = null;
    this.#heartbeat.stop();
    const topics = await this.#ports.topics();
    const joined = await this.#coordinator.join(
      this.#memberId,
      this.#options,
      this.#assigners.map(assigner => assigner.protocol({ topics: [...topics] })),
      memberId => {
        this.#memberId = memberId;
      },
    );
    this.#memberId = joined.memberId;
    if (this.#stopped.signal.aborted) {
      // Stopped while the coordinator was waiting for the others: it has to know.
      await this.#leave();
      return;
    }
    const isLeader = joined.leaderId === joined.memberId;
    if (!isLeader) {
      this.#leader.follow();
    }
    const assignments = isLeader ? await this.#leader.assign(joined, topics) : [];
    const buffer = await this.#coordinator.sync(joined, joined.protocolName, assignments);
    if (this.#stopped.signal.aborted) {
      return;
    }
    const previous = this.#previous;
    const contiguous =
      previous !== null &&
      previous.memberId === joined.memberId &&
      joined.generationId - previous.generationId <= 1 &&
      joined.generationId >= previous.generationId;
    this.#rejoin = null;
    this.#identity = { memberId: joined.memberId, generationId: joined.generationId };
    this.#state = 'stable';
    this.#heartbeat.start(this.#identity);
    const assignment = AssignerProtocol.MemberAssignment.decode(buffer)?.assignment ?? {};
    this.#ports.onAssigned(assignment, { ...joined, isLeader, topics, duration: Date.now() - started }, contiguous);
    void this.#watch(this.#identity, topics);
  }

  /** Until there is a reason to join again. */
  async #stay(): Promise<void> {
    while (this.#rejoin === null && !this.#stopped.signal.aborted) {
      await this.#wake.wait();
    }
  }

  async #giveUp(): Promise<void> {
    if (this.#rejoin !== 'rebalance' || this.#stopped.signal.aborted) {
      return;
    }
    this.#state = 'draining';
    this.#ports.onRebalancing(this.#memberId);
    const drain = new AbortController();
    this.#drain = drain;
    const timer = setTimeout(() => drain.abort(), this.#drainTime());
    try {
      await this.#ports.onRevoking(drain.signal);
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
    this.#identity = null;
    this.#previous = null;
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

  /** Looks for new topics and, as the leader, new partitions, for as long as this generation lasts. */
  async #watch(identity: GroupIdentity, topics: readonly string[]): Promise<void> {
    const isCurrent = (): boolean => this.#identity === identity && !this.#stopped.signal.aborted;
    const joinedWith = topics.toSorted().join('\n');
    const ended = new AbortController();
    this.#endWatch?.abort();
    this.#endWatch = ended;
    const signal = AbortSignal.any([ended.signal, this.#stopped.signal]);
    for (;;) {
      await pause(this.#options.metadataMaxAge, signal);
      if (!isCurrent()) {
        return;
      }
      try {
        const now = (await this.#ports.topics()).toSorted().join('\n');
        if ((now !== joinedWith || (await this.#leader.hasGrown())) && isCurrent()) {
          this.#logger.info('Topics or partitions of the subscription have changed, joining again');
          this.#rejoin ??= 'rebalance';
          this.#wake.notify();
          return;
        }
      } catch (error) {
        this.#logger.debug(`Metadata could not be refreshed: ${rootOf(error).message}`);
      }
    }
  }

  #fail(error: Error): Error {
    this.#state = 'failed';
    this.#heartbeat.stop();
    this.#endWatch?.abort();
    this.#identity = null;
    this.#ports.onLost();
    this.#ports.onFatal(error);
    return error;
  }

  async #leave(): Promise<void> {
    if (this.#options.isStatic || this.#memberId === '') {
      return;
    }
    const memberId = this.#memberId;
    const timeout = new AbortController();
    const left = this.#coordinator.leave(memberId).catch((error: unknown) => {
      this.#logger.debug(`Leaving the group was not acknowledged: ${rootOf(error).message}`);
    });
    await Promise.race([left, pause(LEAVE_TIMEOUT, timeout.signal)]);
    timeout.abort();
  }
}
