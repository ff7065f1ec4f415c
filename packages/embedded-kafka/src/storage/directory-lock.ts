import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';

/**
 * Makes a directory one process's own, by a file that says whose it is. It is free again when that process is gone, however
 * it went.
 */
export class DirectoryLock {
  private readonly path: string;

  /** @throws EmbeddedKafkaError DATA_DIR_LOCKED */
  constructor(directory: string) {
    this.path = join(directory, 'lock');
    const own = `${this.path}.${process.pid}`;
    writeFileSync(own, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }));
    try {
      while (!link(own, this.path)) this.assertAbandoned(directory);
    } finally {
      rmSync(own, { force: true });
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }

  /** Removes the lock of a process that is gone. */
  private assertAbandoned(directory: string): void {
    const holder = readHolder(this.path);
    if (holder && isRunning(holder.pid) && startOf(holder.pid) === holder.startedAt) {
      throw new EmbeddedKafkaError('DATA_DIR_LOCKED', [directory, holder.pid]);
    }
    rmSync(this.path, { force: true });
  }
}

/** Linking fails where a file is already, which makes it the one atomic way to be first. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

interface Holder {
  readonly pid: number;
  readonly startedAt: string | null;
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    // Released meanwhile, or left unfinished by a process that is gone.
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** Tells a process from a later one with the same id, where the system says (Linux); null elsewhere. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
