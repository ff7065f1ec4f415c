import { cpus, loadavg } from 'node:os';

export interface MachineSample {
  /** Of one core, how much this process used since the last sample; 1.5 is one and a half. */
  readonly own: number;
  /** Of all cores, what share anybody used since the last sample; 1 is all there is. */
  readonly all: number;
  /** Processes that ran or wanted to, on average over a minute. */
  readonly load: number;
}

/** Tells a run that starved from one that stood still by itself. */
export class MachineUse {
  private at = performance.now();
  private own = process.cpuUsage();
  private times = timesOfAll();

  measure(): MachineSample {
    const at = performance.now();
    const { user, system } = process.cpuUsage(this.own);
    const times = timesOfAll();
    const busy = times.busy - this.times.busy;
    const idle = times.idle - this.times.idle;
    const sample = {
      own: rounded((user + system) / 1_000 / (at - this.at)),
      all: rounded(busy / Math.max(busy + idle, 1)),
      load: rounded(loadavg()[0] ?? 0),
    };
    this.at = at;
    this.own = process.cpuUsage();
    this.times = times;
    return sample;
  }
}

function timesOfAll(): { busy: number; idle: number } {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
