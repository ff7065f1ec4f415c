import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { Logger } from '../logger.js';
import { writeAtomically } from './atomic-file.js';
import type { OpenFiles } from './open-files.js';

/** A file that is smaller is not worth being written anew. */
const SMALLEST_REWRITE_BYTES = 1024 * 1024;
const REWRITE_FACTOR = 4;

/**
 * Values by key that outlive the process: a file of lines, each with a checksum, a key and a value; the last line of a key
 * counts, and null takes it away. Invariants:
 * - what was put before `flush` returned is read again after a crash, and no line of it before an earlier one;
 * - a line that was cut off by a crash is the last one, and is cut off for good when the file is opened;
 * - the file is at most a few times as long as what it says.
 */
export class Journal {
  private readonly lines = new Map<string, string>();
  private pending: string[] = [];
  private liveBytes = 0;
  private fileBytes = 0;

  /** @throws EmbeddedKafkaError DATA_DIR_CORRUPT */
  constructor(
    private readonly path: string,
    private readonly files: OpenFiles,
    private readonly logger: Logger,
  ) {
    if (existsSync(path)) this.read();
    this.rewrite();
  }

  /** Everything whose key begins so, by the rest of the key. */
  *entries(prefix: string): Generator<readonly [rest: string, value: unknown]> {
    for (const [key, line] of this.lines) {
      if (key.startsWith(prefix)) yield [key.slice(prefix.length), valueOf(line)];
    }
  }

  get(key: string): unknown {
    const line = this.lines.get(key);
    return line === undefined ? undefined : valueOf(line);
  }

  put(key: string, value: unknown): void {
    if (value === null && !this.lines.has(key)) return;
    const body = JSON.stringify([key, value]);
    const line = `${checksum(body)} ${body}\n`;
    if (this.lines.get(key) === line) return;
    this.keep(key, value === null ? undefined : line);
    this.pending.push(line);
  }

  /** Writes what was put since the last time. */
  flush(): void {
    if (this.pending.length === 0) return;
    const bytes = Buffer.from(this.pending.join(''));
    this.files.append(this.path, bytes);
    this.pending = [];
    this.fileBytes += bytes.length;
    if (this.fileBytes > Math.max(SMALLEST_REWRITE_BYTES, this.liveBytes * REWRITE_FACTOR)) this.rewrite();
  }

  private keep(key: string, line: string | undefined): void {
    this.liveBytes -= this.lines.get(key)?.length ?? 0;
    this.lines.delete(key);
    if (line === undefined) return;
    this.lines.set(key, line);
    this.liveBytes += line.length;
  }

  private rewrite(): void {
    const contents = Buffer.from([...this.lines.values()].join(''));
    this.files.forget(this.path);
    writeAtomically(this.path, contents);
    this.fileBytes = contents.length;
  }

  private read(): void {
    const text = readFileSync(this.path, 'utf8');
    for (let at = 0; at < text.length;) {
      const end = text.indexOf('\n', at) + 1;
      const line = text.slice(at, end);
      if (end === 0 || !isWhole(line)) {
        this.cutOff(text, at);
        return;
      }
      const [key, value] = JSON.parse(line.slice(9)) as [string, unknown];
      this.keep(key, value === null ? undefined : line);
      at = end;
    }
  }

  private cutOff(text: string, at: number): void {
    const rest = text.slice(at).split('\n');
    if (rest.some((line, index) => index > 0 && line !== '' && isWhole(`${line}\n`))) {
      throw new EmbeddedKafkaError('DATA_DIR_CORRUPT', [this.path, at, 'a line is damaged, and whole ones follow it']);
    }
    this.logger.warn(
      `${this.path}: the last line was cut off by a crash, and is dropped; nobody was told that it was written`,
    );
    truncateSync(this.path, Buffer.byteLength(text.slice(0, at)));
  }
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

function isWhole(line: string): boolean {
  return line.endsWith('\n') && line.length > 10 && checksum(line.slice(9, -1)) === line.slice(0, 8);
}

function valueOf(line: string): unknown {
  return (JSON.parse(line.slice(9)) as [string, unknown])[1];
}
