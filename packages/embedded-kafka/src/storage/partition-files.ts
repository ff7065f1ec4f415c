import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import { BATCH_HEADER_BYTES, RecordBatch, sizeAt } from '../log/record-batch.js';
import type { SegmentContents, SegmentStore, StoredSegment } from '../log/segment-store.js';
import type { Logger } from '../logger.js';
import { syncDirectory, writeAtomically } from './atomic-file.js';
import type { OpenFiles } from './open-files.js';

export interface PartitionFilesInit {
  readonly directory: string;
  readonly files: OpenFiles;
  readonly logger: Logger;
  /** Where the log's start is kept. */
  readonly start: { get(): number; set(offset: number): void };
  /** Writes what has to be on disk before a batch is. */
  readonly beforeAppend: () => void;
}

/**
 * One partition's segments, each a file of batches named by its base offset, as Kafka has them; there are no index files,
 * since indexes are made when a file is read. Invariants:
 * - in every file but the last one all batches are whole;
 * - read in order, and without batches below the end of what was read before (which an interrupted compaction leaves), the
 *   files are the log.
 */
export class PartitionFiles implements SegmentStore {
  private hasDirectory: boolean;

  constructor(private readonly init: PartitionFilesInit) {
    this.hasDirectory = existsSync(init.directory);
  }

  get startOffset(): number {
    return this.init.start.get();
  }

  setStartOffset(offset: number): void {
    this.init.start.set(offset);
  }

  *load(): Generator<StoredSegment> {
    const bases = this.bases();
    let end = 0;
    for (const [index, baseOffset] of bases.entries()) {
      const path = this.path(baseOffset);
      const bytes = readFileSync(path);
      const { batches, wholeBytes } = wholeBatches(bytes);
      if (wholeBytes < bytes.length) {
        if (index < bases.length - 1) {
          throw new EmbeddedKafkaError('DATA_DIR_CORRUPT', [
            path,
            wholeBytes,
            'a record batch is damaged, and more files follow',
          ]);
        }
        this.init.logger.warn(`${path}: ${bytes.length - wholeBytes} bytes after the last whole batch are dropped`);
        truncateSync(path, wholeBytes);
      }
      const current = batches.filter(batch => batch.lastOffset >= end);
      const last = current.at(-1);
      if (!last) {
        this.remove([baseOffset]);
        continue;
      }
      end = last.lastOffset + 1;
      const contents = current.length === batches.length ? bytes.subarray(0, wholeBytes) : this.rewrite(path, current);
      yield { baseOffset, bytes: contents, modifiedAt: statSync(path).mtimeMs };
    }
  }

  read(baseOffset: number): Buffer {
    return readFileSync(this.path(baseOffset));
  }

  append(baseOffset: number, batch: Buffer): void {
    this.init.beforeAppend();
    if (!this.hasDirectory) {
      mkdirSync(this.init.directory, { recursive: true });
      this.hasDirectory = true;
    }
    this.init.files.append(this.path(baseOffset), batch);
  }

  remove(baseOffsets: readonly number[]): void {
    for (const baseOffset of baseOffsets) {
      const path = this.path(baseOffset);
      this.init.files.forget(path);
      rmSync(path, { force: true });
    }
  }

  replaceAll(segments: readonly SegmentContents[]): void {
    const old = new Set(this.bases());
    // The last one first: at every moment each record is in some file, and those that are in two are told apart by order.
    for (const { baseOffset, bytes } of segments.toReversed()) {
      this.init.files.forget(this.path(baseOffset));
      writeAtomically(this.path(baseOffset), bytes);
      old.delete(baseOffset);
    }
    this.remove([...old]);
    if (this.hasDirectory) syncDirectory(this.init.directory);
  }

  private rewrite(path: string, batches: readonly RecordBatch[]): Buffer {
    const bytes = Buffer.concat(batches.map(batch => batch.bytes));
    writeAtomically(path, bytes);
    return bytes;
  }

  private bases(): number[] {
    if (!this.hasDirectory) return [];
    const names = readdirSync(this.init.directory).filter(name => /^\d{20}\.log$/.test(name));
    return names.map(name => Number(name.slice(0, 20))).sort((a, b) => a - b);
  }

  private path(baseOffset: number): string {
    return join(this.init.directory, `${String(baseOffset).padStart(20, '0')}.log`);
  }
}

/** The batches up to the first one that is not whole: too short, or not what its checksum says. */
function wholeBatches(bytes: Buffer): { batches: RecordBatch[]; wholeBytes: number } {
  const batches: RecordBatch[] = [];
  let at = 0;
  while (at + BATCH_HEADER_BYTES <= bytes.length) {
    const size = sizeAt(bytes, at);
    if (size < BATCH_HEADER_BYTES || at + size > bytes.length) break;
    const batch = new RecordBatch(bytes.subarray(at, at + size));
    if (batch.magic !== 2 || !batch.hasValidCrc()) break;
    batches.push(batch);
    at += size;
  }
  return { batches, wholeBytes: at };
}
