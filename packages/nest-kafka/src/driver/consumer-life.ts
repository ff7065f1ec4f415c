import { KafkaStatus } from './kafka-status.js';
import type { Consumer } from './kafka-types.js';
import type { StatusListener } from './status-events.js';

/** The times by which a group tells members that live from members that do not, in milliseconds. KafkaJS's defaults. */
export interface SessionTimes {
  /** Default 30000. */
  sessionTimeout?: number | undefined;
  /** Default 60000. */
  rebalanceTimeout?: number | undefined;
}

/**
 * What a consumer's events tell of it: its state, its partitions, and when it last heard from its group.
 *
 *     new ─▶ connected ⇄ rebalancing          both ─▶ crashed ─▶ stopped ─▶ disconnected
 *              └──── disconnected: nothing heard for a session; the next sign of life leads back
 *
 * Invariants
 * - A member that has joined its group again is `connected` again: with the built-in transport `rebalancing` and
 *   `crashed` stay the last word.
 * - One that has not heard from its group for `sessionTimeout` (while it joins: for as long as a rebalance may take, too) is
 *   `disconnected`, because others may have its partitions by then, whatever the engine is still trying.
 * - No clock runs before the first join, nor after the consumer has stopped.
 */
export class ConsumerLife {
  /** `undefined` until it is connected. */
  state: KafkaStatus | undefined;
  /** The partitions of the last join. */
  assignment: Readonly<Record<string, readonly number[]>> = {};
  /** When it last heard from its group, milliseconds since the epoch; `undefined` before its first join. */
  lastHeartbeat: number | undefined;
  private clock: NodeJS.Timeout | undefined;
  private readonly session: number;
  private readonly joining: number;

  constructor(
    consumer: Consumer,
    times: SessionTimes | undefined,
    private readonly emit: StatusListener,
  ) {
    this.session = times?.sessionTimeout ?? 30_000;
    this.joining = this.session + (times?.rebalanceTimeout ?? 60_000);
    const { events } = consumer;
    consumer.on(events.CONNECT, () => this.enter(KafkaStatus.CONNECTED));
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.assignment = payload.memberAssignment ?? {};
      this.heard();
      this.enter(KafkaStatus.CONNECTED);
      this.listen(this.session);
    });
    consumer.on(events.HEARTBEAT, () => {
      this.heard();
      if (this.state === KafkaStatus.DISCONNECTED) {
        this.enter(KafkaStatus.CONNECTED);
        this.listen(this.session);
      } else {
        this.clock?.refresh();
      }
    });
    consumer.on(events.REBALANCING, () => {
      this.enter(KafkaStatus.REBALANCING);
      this.listen(this.joining);
    });
    consumer.on(events.CRASH, () => this.end(KafkaStatus.CRASHED));
    consumer.on(events.STOP, () => this.end(KafkaStatus.STOPPED));
    consumer.on(events.DISCONNECT, () => this.end(KafkaStatus.DISCONNECTED));
  }

  private enter(state: KafkaStatus): void {
    this.state = state;
    this.emit(state);
  }

  private end(state: KafkaStatus): void {
    clearTimeout(this.clock);
    this.clock = undefined;
    this.assignment = {};
    this.enter(state);
  }

  private heard(): void {
    this.lastHeartbeat = Date.now();
  }

  /** (Re)starts the clock that runs out when the group is not heard for so long. */
  private listen(patience: number): void {
    clearTimeout(this.clock);
    this.clock = setTimeout(silence, patience, this).unref();
  }

  /** @internal */
  silent(): void {
    this.clock = undefined;
    this.enter(KafkaStatus.DISCONNECTED);
  }
}

function silence(life: ConsumerLife): void {
  life.silent();
}
