import type { GroupIdentity } from './group-coordinator.js';
import { ErrorCode, errorCodeOf } from './error-codes.js';
import { SessionClock, type SessionClockPorts } from './session-clock.js';

export interface HeartbeatPorts extends SessionClockPorts {
  send(identity: GroupIdentity): Promise<void>;
  onBeat(identity: GroupIdentity): void;
  onError(error: Error, identity: GroupIdentity): void;
}

/** Milliseconds until the next try after a heartbeat that did not arrive. */
const RETRY_AFTER = 500;

/**
 * Keeps a session alive on a timer of its own.
 *
 *     off ─start─▶ beating ─no answer for sessionTimeout─▶ suspended ─answer─▶ beating
 *                     └─hold─▶ held ─doubt, and sessionTimeout passes─▶ suspended        from any: stop ─▶ off
 *
 * Invariants
 * - One heartbeat of a generation is on its way at a time; the next is scheduled when it settles.
 * - `suspended` begins at the latest when the coordinator may have given the partitions to others.
 */
export class Heartbeat {
  readonly #interval: number;
  readonly #session: SessionClock;
  readonly #ports: HeartbeatPorts;
  #identity: GroupIdentity | null = null;
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #sending: { readonly identity: GroupIdentity; readonly done: Promise<void> } | null = null;

  constructor(options: { heartbeatInterval: number; sessionTimeout: number }, ports: HeartbeatPorts) {
    this.#interval = options.heartbeatInterval;
    this.#session = new SessionClock(options.sessionTimeout, ports);
    this.#ports = ports;
  }

  start(identity: GroupIdentity): void {
    this.stop();
    this.#identity = identity;
    this.#alive();
    this.#schedule(this.#interval);
  }

  stop(): void {
    this.hold();
    this.#session.stop();
  }

  /** No beats, no clock: a request that the coordinator knows the member by (JoinGroup) is on its way. */
  hold(): void {
    this.#identity = null;
    clearTimeout(this.#timer);
    this.#session.hold();
  }

  /** That request failed while partitions are kept: from now on the session may run out. */
  doubt(): void {
    this.#session.doubt();
  }

  beatIfDue(): Promise<void> {
    if (this.#identity === null || performance.now() - this.#last < this.#interval) {
      return Promise.resolve();
    }
    clearTimeout(this.#timer);
    return this.#beat();
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#beat(), delay);
  }

  #beat(): Promise<void> {
    const identity = this.#identity;
    if (identity === null) {
      return Promise.resolve();
    }
    // One that is still on its way for an earlier generation says nothing about this one.
    if (this.#sending?.identity === identity) {
      return this.#sending.done;
    }
    const done = this.#send(identity).finally(() => {
      if (this.#sending?.identity === identity) {
        this.#sending = null;
      }
    });
    this.#sending = { identity, done };
    return done;
  }

  async #send(identity: GroupIdentity): Promise<void> {
    let next = this.#interval;
    try {
      await this.#ports.send(identity);
      if (identity === this.#identity) {
        this.#alive();
        this.#ports.onBeat(identity);
      }
    } catch (error) {
      if (identity !== this.#identity) {
        return;
      }
      if (errorCodeOf(error) === ErrorCode.REBALANCE_IN_PROGRESS) {
        // The coordinator knows the member, so the session goes on while its handlers end.
        this.#alive();
      } else {
        next = Math.min(RETRY_AFTER, this.#interval);
      }
      this.#ports.onError(error as Error, identity);
    }
    if (identity === this.#identity) {
      this.#schedule(next);
    }
  }

  #alive(): void {
    this.#last = performance.now();
    this.#session.alive();
  }
}
