import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** User and system time since the process began. Seconds. */
  readonly cpuSeconds: number;
  readonly rssMegabytes: number;
}

/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;
/** Fields of `/proc/PID/stat` after the name, which may hold spaces and ends with the last parenthesis. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** What processes have used together; undefined where there is no `/proc`, or one of them has ended. */
export function usageOf(pids: readonly number[]): ProcessUsage | undefined {
  let ticks = 0;
  let kilobytes = 0;
  for (const pid of pids) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
      kilobytes += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
  return { cpuSeconds: ticks / TICKS_A_SECOND, rssMegabytes: kilobytes / 1024 };
}
