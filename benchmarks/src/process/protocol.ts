import type { ContestantName, Settings } from '../contestants.js';

/** What a child process is asked to be. It is passed as JSON in its only argument. */
export type Role = (
  | { kind: 'server'; topic: string }
  | { kind: 'emit'; topic: string; messages: number; concurrency: number; bytes: number }
  | { kind: 'request'; topic: string; messages: number; concurrency: number; bytes: number }
  | { kind: 'backlog'; topic: string; messages: number }
) & { contestant: ContestantName; settings: Settings };

/** What a child process says to its parent. */
export type Report = { kind: 'ready' } | { kind: 'result'; result: Result } | { kind: 'failed'; error: string };

export interface Result {
  /** Wall time of the measured part, milliseconds. */
  milliseconds: number;
  messages: number;
  /** Milliseconds of each message, where a case measures it. */
  latencies?: number[];
  /** User and system CPU of the measured part, microseconds. */
  cpuMicroseconds: number;
  /** Peak resident set of the process, bytes. */
  peakRssBytes: number;
}
