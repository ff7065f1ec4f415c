import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads the lines of a file that others append to, each once: the broker may live in this process, and must not wait for it. */
export class GrowingFile {
  readonly lines: string[] = [];
  private readonly file: number;
  private position = 0;
  private rest = '';

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  /** The lines that were not there the last time. */
  more(): string[] {
    const bytes = Buffer.alloc(fstatSync(this.file).size - this.position);
    this.position += readSync(this.file, bytes, 0, bytes.length, this.position);
    const lines = (this.rest + bytes.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    this.lines.push(...lines);
    return lines;
  }

  close(): void {
    closeSync(this.file);
  }
}
