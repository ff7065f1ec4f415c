import type { Recorder } from '../record/recorder.js';
import type { Load } from './steady-load.js';
import type { Subject } from './subject.js';
import { Traffic, type TrafficOptions } from './traffic.js';

export interface PacedLoadOptions extends TrafficOptions {
  /** A second. */
  readonly events: number;
  readonly requests: number;
}

const TICK = 10;
const KEYS = 64;
/** So many seconds' worth may be under way; what an outage beyond that holds back is not made up for. */
const UNDER_WAY = 15;

/** So many events and requests a second, whatever becomes of those before them: what the outside world does. */
export class PacedLoad implements Load {
  /** What was not sent because too much was under way. */
  heldBack = 0;
  private readonly traffic: Traffic;
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private next = 0;

  constructor(
    subject: Subject,
    recorder: Recorder,
    private readonly options: PacedLoadOptions,
  ) {
    this.traffic = new Traffic(subject, recorder, options);
  }

  async start(): Promise<void> {
    await this.traffic.connect();
    const events = new Pace(this.options.events);
    const requests = new Pace(this.options.requests);
    this.timer = setInterval(() => {
      this.send(events.due(), () => this.traffic.emit(this.next++ % KEYS));
      this.send(requests.due(), () => this.traffic.request());
    }, TICK);
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    await this.traffic.close();
  }

  private send(count: number, once: () => Promise<void>): void {
    const limit = (this.options.events + this.options.requests) * UNDER_WAY;
    for (let i = 0; i < count; i++) {
      if (this.underWay.size >= limit) {
        this.heldBack += count - i;
        return;
      }
      const sent = once();
      this.underWay.add(sent);
      void sent.then(() => this.underWay.delete(sent));
    }
  }
}

/** How many are due by now, at so many a second. */
class Pace {
  private readonly startedAt = performance.now();
  private given = 0;

  constructor(private readonly perSecond: number) {}

  due(): number {
    const until = Math.floor(((performance.now() - this.startedAt) * this.perSecond) / 1_000);
    const count = until - this.given;
    this.given = until;
    return count;
  }
}
