export interface SessionClockPorts {
  onSuspended(): void;
  onResumed(): void;
}

/**
 * Says when the coordinator may have given up on this member.
 *
 *     off ─alive─▶ running ─sessionTimeout passes─▶ suspended ─alive─▶ running        hold: the time stands still
 *
 * Invariant: `suspended` begins at the latest when the partitions may be others', and ends with an answer or with `stop`.
 */
export class SessionClock {
  readonly #sessionTimeout: number;
  readonly #ports: SessionClockPorts;
  #timer: NodeJS.Timeout | undefined;
  #suspended = false;

  /** @param sessionTimeout milliseconds */
  constructor(sessionTimeout: number, ports: SessionClockPorts) {
    this.#sessionTimeout = sessionTimeout;
    this.#ports = ports;
  }

  /** The coordinator has answered. */
  alive(): void {
    if (this.#suspended) {
      this.#suspended = false;
      this.#ports.onResumed();
    }
    this.#start();
  }

  /** A request that the coordinator knows the member by (JoinGroup) is on its way. */
  hold(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** That request failed: from now on the session may run out, unless the clock runs already. */
  doubt(): void {
    if (this.#timer === undefined && !this.#suspended) {
      this.#start();
    }
  }

  /** The membership is over, or begins anew. */
  stop(): void {
    this.hold();
    this.#suspended = false;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#suspended = true;
      this.#ports.onSuspended();
    }, this.#sessionTimeout);
  }
}
