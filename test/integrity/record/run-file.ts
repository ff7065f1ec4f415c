import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** Where records of runs are written: `INTEGRITY_RECORDS`, by default a folder of the system's temporary files. */
export const recordsDirectory = (): string =>
  process.env['INTEGRITY_RECORDS'] ?? join(tmpdir(), 'nest-kafka-integrity');

/**
 * The record of one run: a line of JSON for each fault, each line that was logged, each second's counts, each message in
 * trouble, and at last each transport's summary. It is written as the run goes, so that a run that dies has one, too.
 */
export class RunFile {
  readonly path: string;
  private readonly stream: WriteStream;

  constructor(run: string) {
    mkdirSync(recordsDirectory(), { recursive: true });
    const when = new Date().toISOString().replaceAll(/[:.]/gu, '-');
    this.path = join(recordsDirectory(), `${when}-${run}.jsonl`);
    this.stream = createWriteStream(this.path);
  }

  write(kind: string, content: object): void {
    this.stream.write(`${JSON.stringify({ kind, ...content })}\n`);
  }

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
  }
}
