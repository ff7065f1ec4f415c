import type { Result } from './protocol.js';

/** Runs `work` and accounts for its wall time, CPU and the process's peak memory. */
export async function measure(messages: number, work: () => Promise<number[] | void>): Promise<Result> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const latencies = await work();
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

/** Calls `task` for 0 … count-1 with at most `concurrency` of them awaited at once. */
export async function inParallel(
  count: number,
  concurrency: number,
  task: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      await task(next++);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane));
}
