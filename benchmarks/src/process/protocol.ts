import type { ContestantName, Settings } from '../contestants.js';

interface Load {
  concurrency: number;
  bytes: number;
}

/** What a child process is asked to be. It is passed as JSON in its only argument. */
export type Role = (
  | { kind: 'server' }
  | ({ kind: 'emit' } & Load)
  | { kind: 'emit-batch'; batch: number; bytes: number }
  | ({ kind: 'request' } & Load)
  | { kind: 'request-rate'; perSecond: number; bytes: number }
  | { kind: 'backlog'; messages: number; pipes: boolean }
  | { kind: 'slow-handler'; messages: number }
  | { kind: 'slow-backlog'; byKey: boolean }
  | { kind: 'first-reply' }
  | { kind: 'first-event' }
  | { kind: 'idle'; topics: number }
  | { kind: 'import' }
) & { contestant: ContestantName; settings: Settings; topic: string };

export type RoleOf<Kind extends Role['kind']> = Extract<Role, { kind: Kind }>;

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
