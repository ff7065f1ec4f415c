import type { Result } from './protocol.js';

/** Runs `work`, which returns how many messages it moved, and accounts for wall time, CPU and the process's peak memory. */
export async function measure(work: () => Promise<number>, latencies?: number[]): Promise<Result> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const messages = await work();
  const milliseconds = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return {
    milliseconds,
    messages,
    cpuMicroseconds: user + system,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    ...(latencies ? { latencies } : {}),
  };
}

/** Calls `task` with 0, 1, 2 … for so many milliseconds, `concurrency` of them awaited at once. @returns how often */
export async function repeatFor(
  milliseconds: number,
  concurrency: number,
  task: (index: number) => Promise<unknown>,
): Promise<number> {
  const end = performance.now() + milliseconds;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      await task(next++);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return next;
}

/**
 * Calls `task` so many times a second, whatever the answers do. A latency counts from the moment at which its call was
 * due, so that a stall is in the figures of all calls that it delayed.
 * @returns how often
 */
export async function repeatAtRate(
  perSecond: number,
  milliseconds: number,
  task: (index: number) => Promise<unknown>,
  latencies: number[],
): Promise<number> {
  const startedAt = performance.now();
  const total = Math.round((perSecond * milliseconds) / 1000);
  const running: Promise<void>[] = [];
  const call = async (index: number): Promise<void> => {
    await task(index);
    latencies.push(performance.now() - startedAt - (index * 1000) / perSecond);
  };
  while (running.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1000) + 1);
    while (running.length < due) {
      running.push(call(running.length));
    }
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  await Promise.all(running);
  return total;
}
