import type { Recorder } from '../record/recorder.js';
import { type Load, SteadyLoad, type SteadyLoadOptions } from './steady-load.js';
import type { Subject } from './subject.js';

/** Replicas of a gateway that send requests, of which the oldest leaves and a new one joins. */
export class ReplicaChurn implements Load {
  private readonly present: SteadyLoad[] = [];

  constructor(
    private readonly subject: Subject,
    private readonly recorder: Recorder,
    private readonly replicas: number,
    private readonly options: SteadyLoadOptions,
  ) {}

  async start(): Promise<void> {
    for (let i = 0; i < this.replicas; i++) {
      await this.join();
    }
  }

  /** The oldest takes no new work, gets the answers it waits for, and goes: what a rolling deploy does. */
  async change(): Promise<void> {
    await this.present.shift()?.end();
    await this.join();
  }

  async end(): Promise<void> {
    await Promise.all(this.present.map(load => load.end()));
  }

  private async join(): Promise<void> {
    const load = new SteadyLoad(this.subject, this.recorder, this.options);
    await load.start();
    this.present.push(load);
  }
}
