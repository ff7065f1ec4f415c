import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { HandleRecord } from '../handle-record.js';
import { whenGivenUp } from '../given-up.js';

export interface LaneOptions {
  /** Records without a lane wait for no other. */
  laneOf(payload: EachMessagePayload): string | undefined;
  /** Records that are handled at once. */
  readonly concurrency: number;
  /** What waits is given up with its partition; otherwise it is handled all the same. */
  readonly givesUp: boolean;
  readonly handle: HandleRecord;
}

interface Job {
  readonly payload: EachMessagePayload;
  readonly attempt: number;
  readonly offset: number;
  readonly lane: Lane | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  state: 'in line' | 'ready' | 'running' | 'given up';
  stopWaiting: () => void;
}

interface Lane {
  readonly name: string;
  /** Offset of the record that is handled, or that has failed and will come again. */
  current: number | undefined;
  /** By offset. */
  readonly line: Job[];
}

/**
 * The records of one partition that are with a handler, or wait for those before them, for one tenure of the partition.
 *
 *     arrived ──lane free──▶ ready ──fewer than `concurrency` run──▶ running ──ok──▶ done: the lane is free
 *        │                     │                                       │
 *        └──lane taken──▶ in line (by offset)                        failed: the lane stays its own until it comes again
 *     in line, ready ──partition given up──▶ rejected, to come again in the same tenure, or in somebody else's
 *
 * Invariants
 * - Of one lane at most one record runs, and none begins while an earlier one has failed and not yet come again.
 * - At most `concurrency` run. What waits is bounded by what the engine hands over at once.
 * - A lane is kept exactly while it has a current record or a line.
 */
export class PartitionLanes {
  private readonly lanes = new Map<string, Lane>();
  private readonly ready: Job[] = [];
  private firstReady = 0;
  private running = 0;

  constructor(private readonly options: LaneOptions) {}

  /** Settles as the handling of the record does. */
  run(payload: EachMessagePayload, attempt: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const name = this.options.laneOf(payload);
      const lane = name === undefined ? undefined : this.laneNamed(name);
      const job: Job = {
        payload,
        attempt,
        offset: Number(payload.message.offset),
        lane,
        resolve,
        reject,
        state: 'in line',
        stopWaiting: nothing,
      };
      if (lane === undefined || lane.current === undefined || lane.current === job.offset) {
        this.makeReady(job);
        this.startReady();
      } else {
        insert(lane.line, job);
      }
      if (this.options.givesUp && job.state !== 'running') {
        job.stopWaiting = whenGivenUp(payload, reason => this.giveUp(job, reason));
      }
    });
  }

  private laneNamed(name: string): Lane {
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = { name, current: undefined, line: [] };
      this.lanes.set(name, lane);
    }
    return lane;
  }

  private makeReady(job: Job): void {
    if (job.lane !== undefined) {
      job.lane.current = job.offset;
    }
    job.state = 'ready';
    this.ready.push(job);
  }

  private startReady(): void {
    while (this.running < this.options.concurrency) {
      const job = this.nextReady();
      if (job === undefined) {
        return;
      }
      this.start(job);
    }
  }

  private nextReady(): Job | undefined {
    for (let job = this.ready[this.firstReady]; job !== undefined; job = this.ready[this.firstReady]) {
      this.firstReady++;
      if (this.firstReady === this.ready.length || this.firstReady >= 1024) {
        this.ready.splice(0, this.firstReady);
        this.firstReady = 0;
      }
      if (job.state === 'ready') {
        return job;
      }
    }
    return undefined;
  }

  private start(job: Job): void {
    job.stopWaiting();
    job.state = 'running';
    this.running++;
    this.options.handle(job.payload, job.attempt).then(
      () => {
        this.running--;
        this.free(job.lane);
        job.resolve();
        this.startReady();
      },
      (error: unknown) => {
        this.running--;
        job.reject(error);
        this.startReady();
      },
    );
  }

  /** The lane's record is done: the next one is ready. */
  private free(lane: Lane | undefined): void {
    if (lane === undefined) {
      return;
    }
    lane.current = undefined;
    const next = lane.line.shift();
    if (next === undefined) {
      this.lanes.delete(lane.name);
    } else {
      this.makeReady(next);
    }
  }

  /** One that was ready keeps its lane, as one that has failed does. */
  private giveUp(job: Job, reason: unknown): void {
    if (job.state === 'in line') {
      job.lane?.line.splice(job.lane.line.indexOf(job), 1);
    }
    job.state = 'given up';
    job.reject(reason);
  }
}

function insert(line: Job[], job: Job): void {
  let at = line.length;
  while (at > 0 && (line[at - 1]?.offset ?? 0) > job.offset) {
    at--;
  }
  line.splice(at, 0, job);
}

function nothing(): void {}
