import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { SegmentStore, SegmentStores } from '../log/segment-store.js';
import type { Logger } from '../logger.js';
import { DirectoryLock } from './directory-lock.js';
import { Journal } from './journal.js';
import { OpenFiles } from './open-files.js';
import { PartitionFiles } from './partition-files.js';

/** When it is waited for the disk: before each answer, every so many milliseconds, or never. */
export type FsyncPolicy = 'always' | 'never' | number;

export interface DataDirectoryInit {
  readonly path: string;
  readonly fsync: FsyncPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A broker's directory:
 *
 *   lock                          whose it is
 *   state.journal                 topics, configurations, committed offsets, transactions, see `StoredState`
 *   topics/<id>/<partition>/      the partition's segments
 *
 * Everything that an answer says is written before it is sent (`whenSafe`), so a process that is killed loses nothing that
 * it has acknowledged. A machine that loses its power keeps what `fsync` has waited for.
 */
export class DataDirectory implements SegmentStores {
  readonly journal: Journal;
  private readonly files = new OpenFiles();
  private readonly lock: DirectoryLock;
  private timer: Timer | undefined;

  /** @throws EmbeddedKafkaError DATA_DIR_LOCKED, DATA_DIR_CORRUPT or DATA_DIR_UNUSABLE */
  constructor(private readonly init: DataDirectoryInit) {
    const { path, logger } = init;
    try {
      mkdirSync(join(path, 'topics'), { recursive: true });
      this.lock = new DirectoryLock(path);
    } catch (cause) {
      if (EmbeddedKafkaError.is(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EmbeddedKafkaError('DATA_DIR_UNUSABLE', [path, reason], { cause });
    }
    try {
      this.journal = new Journal(join(path, 'state.journal'), this.files, logger);
    } catch (error) {
      this.lock.release();
      throw error;
    }
    this.arm();
  }

  get path(): string {
    return this.init.path;
  }

  open(topicId: string, partition: number): SegmentStore {
    const { journal, files } = this;
    const key = `start:${topicId}:${partition}`;
    return new PartitionFiles({
      directory: join(this.topicDirectory(topicId), String(partition)),
      files,
      logger: this.init.logger,
      start: {
        get: () => Number(journal.get(key) ?? 0),
        set: offset => {
          journal.put(key, offset);
          journal.flush();
        },
      },
      beforeAppend: () => journal.flush(),
    });
  }

  removeTopic(topicId: string, partitions: number): void {
    for (let partition = 0; partition < partitions; partition++)
      this.journal.put(`start:${topicId}:${partition}`, null);
    this.journal.flush();
    this.removeDirectory(topicId);
  }

  /** Removes the directories of topics that are gone: a deletion that a crash has interrupted. */
  removeTopicsExcept(topicIds: ReadonlySet<string>): void {
    for (const name of readdirSync(join(this.path, 'topics'))) if (!topicIds.has(name)) this.removeDirectory(name);
  }

  /** Passes an answer on when everything that it may tell of is written. */
  whenSafe(answer: unknown): unknown {
    if (answer instanceof Promise) return answer.then(value => this.whenSafe(value) as unknown);
    this.journal.flush();
    if (this.init.fsync === 'always' && this.files.hasUnsynced) this.files.sync();
    return answer;
  }

  close(): void {
    this.timer?.clear();
    this.journal.flush();
    this.files.sync();
    this.files.close();
    this.lock.release();
  }

  private arm(): void {
    const { fsync, clock } = this.init;
    if (typeof fsync !== 'number') return;
    this.timer = clock.setTimeout(() => {
      this.journal.flush();
      this.files.sync();
      this.arm();
    }, fsync);
  }

  private topicDirectory(topicId: string): string {
    return join(this.path, 'topics', topicId);
  }

  private removeDirectory(topicId: string): void {
    const directory = this.topicDirectory(topicId);
    this.files.forgetWithin(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}
