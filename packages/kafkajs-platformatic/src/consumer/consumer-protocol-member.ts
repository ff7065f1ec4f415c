import { randomUUID } from 'node:crypto';
import type { Logger } from '../logger/logger.js';
import { AssignmentSteps } from './assignment-steps.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import { ErrorCode, errorCodeOf } from './error-codes.js';
import {
  UNCHANGED,
  type ConsumerHeartbeatAnswer,
  type GroupCoordinator,
  type GroupIdentity,
} from './group-coordinator.js';
import { acknowledgedLeave } from './leaving.js';
import type { MemberOptions, MemberState, Membership, MembershipPorts } from './membership.js';
import type { OwnedTopics } from './owned-topics.js';
import { isRecoverable, rootOf } from './recoverable.js';
import { SessionClock } from './session-clock.js';
import { Signal } from './signal.js';
import { SubscriptionWatch } from './subscription-watch.js';

export interface ConsumerProtocolOptions extends MemberOptions {
  readonly rackId: string;
  readonly groupRemoteAssignor: string | null;
}

const FATAL: ReadonlySet<number | undefined> = new Set([
  ErrorCode.INVALID_GROUP_ID,
  ErrorCode.GROUP_AUTHORIZATION_FAILED,
  ErrorCode.UNSUPPORTED_VERSION,
  ErrorCode.FENCED_INSTANCE_ID,
  ErrorCode.UNSUPPORTED_ASSIGNOR,
]);
const LOST: ReadonlySet<number | undefined> = new Set([
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.FENCED_MEMBER_EPOCH,
  ErrorCode.GROUP_ID_NOT_FOUND,
]);
const JOIN = 0;
const LEAVE = -1;
const LEAVE_FOR_A_WHILE = -2;
/** Milliseconds between heartbeats until the broker has said it. */
const FIRST_INTERVAL = 3_000;

/**
 * A member of a consumer group whose broker assigns (KIP-848: one API, ConsumerGroupHeartbeat).
 *
 *     idle ─start─▶ joining ─answer─▶ stable ─assignment without something held─▶ draining ─released, acknowledged─▶ stable
 *                    ▲ ▲                │                                            │
 *                    │ └──── lost ──────┴────────────────────────────────────────────┘
 *                 any error (with backoff)
 *     from any state: stop ─▶ left;  an error that nothing here can cure ─▶ failed
 *
 * `lost` is UNKNOWN_MEMBER_ID or FENCED_MEMBER_EPOCH: others may own the partitions already.
 *
 * Invariants
 * - Heartbeats go on through `draining`; they carry what is owned only when that has changed, or the broker may not know.
 * - What is reported as owned is what the assignment steps say: a partition goes only after its release.
 * - Every error but the fatal ones leads to another heartbeat, for ever.
 */
export class ConsumerProtocolMember implements Membership {
  readonly memberId = randomUUID();
  readonly isIncremental = true;
  readonly #coordinator: GroupCoordinator;
  readonly #options: ConsumerProtocolOptions;
  readonly #ports: MembershipPorts;
  readonly #logger: Logger;
  readonly #watch: SubscriptionWatch;
  readonly #session: SessionClock;
  readonly #steps: AssignmentSteps;
  readonly #stopped = new AbortController();
  readonly #changed = new Signal();

  #state: MemberState = 'idle';
  #identity: GroupIdentity | null = null;
  #topics: readonly string[] = [];
  /** What the next heartbeat has to say, beyond that the member lives. */
  #tell: 'nothing' | 'owned' | 'everything' = 'everything';
  #wait: AbortController | null = null;
  #interval = FIRST_INTERVAL;
  #lastAnswer = 0;
  #fatal: Error | null = null;
  #onFirst: () => void = () => {};
  #attempts = 0;

  constructor(
    coordinator: GroupCoordinator,
    topicsById: OwnedTopics,
    options: ConsumerProtocolOptions,
    ports: MembershipPorts,
    logger: Logger,
  ) {
    this.#coordinator = coordinator;
    this.#options = options;
    this.#ports = ports;
    this.#logger = logger;
    this.#session = new SessionClock(options.sessionTimeout, ports);
    this.#steps = new AssignmentSteps(topicsById, {
      run: ports,
      identity: () => this.#identity,
      topics: () => this.#topics,
      drainTime: () => this.#drainTime(),
      onDraining: () => {
        this.#state = 'draining';
      },
      onOwned: () => {
        this.#state = 'stable';
        this.#tell = this.#tell === 'everything' ? 'everything' : 'owned';
        this.#beatNow();
      },
      onFirst: () => this.#onFirst(),
    });
    this.#watch = new SubscriptionWatch(options.metadataMaxAge, {
      topics: () => ports.topics(),
      // The broker sees new partitions by itself.
      hasGrown: () => Promise.resolve(false),
      onChanged: topics => {
        this.#topics = topics;
        this.#tell = 'everything';
        this.#beatNow();
        this.#watch.start(topics);
      },
      logger,
    });
  }

  get state(): MemberState {
    return this.#state;
  }

  get identity(): GroupIdentity | null {
    return this.#identity;
  }

  get commitIdentity(): GroupIdentity | null {
    return this.#identity;
  }

  get attempts(): number {
    return this.#attempts;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onFirst = resolve;
      void this.#run().then(error => (error === null ? resolve() : reject(error)));
    });
  }

  onGroupError(error: Error, identity: GroupIdentity): void {
    if (identity !== this.#identity) {
      return;
    }
    const code = errorCodeOf(error);
    if (FATAL.has(code)) {
      this.#fatal = error;
      this.#beatNow();
    } else if (LOST.has(code)) {
      this.#lose(error);
      this.#beatNow();
    }
  }

  heartbeatIfDue(): Promise<void> {
    if (performance.now() - this.#lastAnswer >= this.#interval) {
      this.#beatNow();
    }
    return Promise.resolve();
  }

  async whenInGeneration(signal: AbortSignal): Promise<void> {
    const outOfTime = (): void => this.#changed.notify();
    signal.addEventListener('abort', outOfTime, { once: true });
    while (this.#identity === null && this.#state === 'joining' && !signal.aborted) {
      await this.#changed.wait();
    }
    signal.removeEventListener('abort', outOfTime);
  }

  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) {
      return;
    }
    this.#stopped.abort();
    this.#watch.stop();
    this.#session.stop();
    this.#steps.stop();
    this.#beatNow();
    const joined = this.#identity !== null;
    this.#identity = null;
    if (this.#state !== 'failed') {
      this.#state = 'left';
    }
    this.#changed.notify();
    if (joined) {
      await this.#leave();
    }
  }

  async #run(): Promise<Error | null> {
    let failures = 0;
    let joinedOnce = false;
    this.#state = 'joining';
    while (!this.#stopped.signal.aborted) {
      let delay: number;
      try {
        await this.#beat();
        this.#attempts++;
        failures = 0;
        joinedOnce = true;
        delay = this.#tell === 'nothing' ? this.#interval : 0;
      } catch (error) {
        this.#attempts++;
        const root = rootOf(error);
        const code = errorCodeOf(root);
        if (this.#stopped.signal.aborted) {
          break;
        }
        const mayPass = isRecoverable(root) || code === ErrorCode.UNRELEASED_INSTANCE_ID || LOST.has(code);
        if (FATAL.has(code) || (!joinedOnce && !mayPass)) {
          return this.#fail(root);
        }
        if (LOST.has(code)) {
          this.#lose(root);
        }
        // The broker may have taken in what this heartbeat said, or not.
        this.#tell = 'everything';
        delay = backoffDelay(CLUSTER_BACKOFF, ++failures);
        this.#logger.warn(`A heartbeat to the group failed, trying again in ${delay} ms: ${root.message}`);
      }
      if (this.#fatal !== null) {
        return this.#fail(this.#fatal);
      }
      await this.#pause(delay);
    }
    return null;
  }

  async #pause(delay: number): Promise<void> {
    if (delay === 0 || this.#stopped.signal.aborted) {
      return;
    }
    const wait = new AbortController();
    this.#wait = wait;
    await pause(delay, wait.signal);
    this.#wait = null;
  }

  /** Ends the wait before the next heartbeat. */
  #beatNow(): void {
    this.#wait?.abort();
  }

  async #beat(): Promise<void> {
    if (this.#state === 'joining') {
      this.#topics = await this.#ports.topics();
    }
    const { rebalanceTimeout, rackId, groupRemoteAssignor } = this.#options;
    const tell = this.#tell;
    this.#tell = 'nothing';
    const everything = tell === 'everything';
    const before = this.#identity;
    const answer = await this.#coordinator.consumerHeartbeat({
      memberId: this.memberId,
      memberEpoch: before?.generationId ?? JOIN,
      rebalanceTimeout: everything ? rebalanceTimeout : null,
      topics: everything ? this.#topics : null,
      rackId: everything && rackId !== '' ? rackId : null,
      assignor: everything ? groupRemoteAssignor : null,
      owned: tell === 'nothing' ? null : this.#steps.ownedById,
    });
    if (this.#stopped.signal.aborted) {
      if (before === null) {
        // Stopped while it was joining: the broker has to know.
        await this.#leave();
      }
      return;
    }
    if (this.#identity !== before) {
      // Lost while this heartbeat was on its way: the next one joins again.
      this.#tell = 'everything';
      return;
    }
    this.#takeIn(answer);
  }

  #takeIn({ memberEpoch, heartbeatInterval, assignment }: ConsumerHeartbeatAnswer): void {
    this.#interval = heartbeatInterval;
    this.#lastAnswer = performance.now();
    this.#session.alive();
    if (this.#identity?.generationId !== memberEpoch) {
      this.#identity = { memberId: this.memberId, generationId: memberEpoch };
    }
    if (this.#state === 'joining') {
      this.#state = 'stable';
      this.#watch.start(this.#topics);
    }
    this.#changed.notify();
    this.#ports.onHeartbeat(this.#identity);
    if (assignment !== null) {
      this.#steps.want(assignment);
    }
  }

  /** The broker fences a member that has not let go within the rebalance timeout. */
  #drainTime(): number {
    const { rebalanceTimeout } = this.#options;
    return Math.max(rebalanceTimeout / 2, rebalanceTimeout - 2 * this.#interval - 1_000);
  }

  #lose(error: Error): void {
    this.#logger.warn(`Lost the partitions of this member, joining again: ${error.message}`);
    // For whoever watches: this member is out of the group until GROUP_JOIN says otherwise.
    this.#ports.onRebalancing(this.memberId);
    this.#forget();
    this.#state = 'joining';
    this.#tell = 'everything';
  }

  #forget(): void {
    this.#identity = null;
    this.#steps.forget();
    this.#session.stop();
    this.#watch.stop();
    this.#ports.onLost();
  }

  #fail(error: Error): Error {
    this.#forget();
    this.#state = 'failed';
    this.#changed.notify();
    this.#ports.onFatal(error);
    return error;
  }

  #leave(): Promise<void> {
    const left = this.#coordinator.consumerHeartbeat({
      ...UNCHANGED,
      memberId: this.memberId,
      memberEpoch: this.#options.isStatic ? LEAVE_FOR_A_WHILE : LEAVE,
    });
    return acknowledgedLeave(left, this.#logger);
  }
}
