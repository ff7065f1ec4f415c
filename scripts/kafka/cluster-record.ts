import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE_DIRECTORY } from './distribution.ts';
import { isAlive, isProcessMarked, signalGroup } from './process-group.ts';

/** What is written down about a running cluster, so that another process can end it by its ids. */
export interface ClusterRecord {
  readonly name: string;
  /** The process that ends the cluster when it ends itself; null: it runs until `kafka:down`. */
  readonly owner: number | null;
  readonly brokers: readonly string[];
  readonly nodes: readonly { readonly id: number; readonly port: number; readonly pid: number | null }[];
}

const RUN_DIRECTORY = join(CACHE_DIRECTORY, 'run');
const RECORD = 'cluster.json';

export const clusterDirectory = (name: string): string => join(RUN_DIRECTORY, name);

/** The file whose path stands in a node's command line, and so marks the process as this node's. */
export const nodePropertiesFile = (name: string, id: number): string =>
  join(clusterDirectory(name), `node-${id}.properties`);

export function writeRecord(record: ClusterRecord): void {
  const directory = clusterDirectory(record.name);
  mkdirSync(directory, { recursive: true });
  const staging = join(directory, `${RECORD}.${process.pid}`);
  writeFileSync(staging, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(staging, join(directory, RECORD));
}

export function readRecords(): ClusterRecord[] {
  let names: string[];
  try {
    names = readdirSync(RUN_DIRECTORY);
  } catch {
    return [];
  }
  return names.flatMap(name => {
    try {
      return [JSON.parse(readFileSync(join(RUN_DIRECTORY, name, RECORD), 'utf8')) as ClusterRecord];
    } catch {
      return []; // a cluster that is only just being started, or was just ended
    }
  });
}

/** Started by a process that is gone without having ended it (only SIGKILL does that). */
export const isAbandoned = ({ owner }: ClusterRecord): boolean => owner !== null && !isAlive(owner);

const liveGroups = ({ name, nodes }: ClusterRecord): number[] =>
  nodes.flatMap(({ id, pid }) => (pid !== null && isProcessMarked(pid, nodePropertiesFile(name, id)) ? [pid] : []));

/**
 * Ends a cluster by what was written down about it: TERM, after the grace period KILL, then its data are removed. The
 * grace is short: nodes that all stop at once lose their quorum and would wait minutes for it, for data that go anyway.
 */
export async function endRecorded(record: ClusterRecord, graceMilliseconds = 1_000): Promise<void> {
  for (const pid of liveGroups(record)) signalGroup(pid, 'SIGTERM');
  const deadline = performance.now() + graceMilliseconds;
  while (liveGroups(record).length > 0 && performance.now() < deadline) await sleep(50);
  endRecordedNow(record);
}

/** The same without any grace, for a process that is ending. */
export function endRecordedNow(record: ClusterRecord): void {
  for (const pid of liveGroups(record)) signalGroup(pid, 'SIGKILL');
  // A JVM may still be writing in the instant before it is gone.
  rmSync(clusterDirectory(record.name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** Ends every cluster whose owner is gone without having ended it. */
export async function sweepAbandoned(): Promise<void> {
  const abandoned = readRecords().filter(isAbandoned);
  await Promise.all(abandoned.map(record => endRecorded(record)));
}
