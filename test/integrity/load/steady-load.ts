import { setTimeout as wait } from 'node:timers/promises';
import type { Recorder } from '../record/recorder.js';
import type { Subject } from './subject.js';
import { Traffic, type TrafficOptions } from './traffic.js';

export interface SteadyLoadOptions extends TrafficOptions {
  /** Loops that emit, each one event after the other, each with a key of its own. */
  readonly emitters: number;
  /** Loops that send, each one request after the other. */
  readonly requesters: number;
  /** Milliseconds between two of one loop. */
  readonly pause: number;
}

/** A load that can be ended. */
export interface Load {
  start(): Promise<void>;
  /** Lets everything that is under way settle, and closes the client. */
  end(): Promise<void>;
}

/** Loops of events and requests from one client: as many at once as there are loops, however slow the answers are. */
export class SteadyLoad implements Load {
  private readonly traffic: Traffic;
  private readonly loops: Promise<void>[] = [];
  private ending = false;

  constructor(
    subject: Subject,
    recorder: Recorder,
    private readonly options: SteadyLoadOptions,
  ) {
    this.traffic = new Traffic(subject, recorder, options);
  }

  async start(): Promise<void> {
    await this.traffic.connect();
    const { emitters, requesters } = this.options;
    for (let i = 0; i < emitters; i++) {
      this.loops.push(this.loop(() => this.traffic.emit(i)));
    }
    for (let i = 0; i < requesters; i++) {
      this.loops.push(this.loop(() => this.traffic.request()));
    }
  }

  async end(): Promise<void> {
    this.ending = true;
    await Promise.all(this.loops);
    await this.traffic.close();
  }

  private async loop(once: () => Promise<void>): Promise<void> {
    while (!this.ending) {
      await once();
      await wait(this.options.pause);
    }
  }
}
