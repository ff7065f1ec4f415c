import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Far below what processes may have open. */
const MAX_OPEN_FILES = 256;

interface OpenFile {
  readonly fd: number;
  size: number;
}

/**
 * Files that are appended to, as many open as need be and no more. Invariant: a file whose append has failed is as long as
 * it was before.
 */
export class OpenFiles {
  private readonly files = new Map<string, OpenFile>();
  private readonly unsynced = new Set<string>();

  get hasUnsynced(): boolean {
    return this.unsynced.size > 0;
  }

  append(path: string, bytes: Buffer): void {
    const file = this.file(path);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(file.fd, bytes, written);
    } catch (error) {
      ftruncateSync(file.fd, file.size);
      throw error;
    }
    file.size += bytes.length;
    this.unsynced.add(path);
  }

  /** Waits until the disk has everything. */
  sync(): void {
    for (const path of this.unsynced) fdatasyncSync(this.file(path).fd);
    this.unsynced.clear();
  }

  /** To be called before the file is removed, or another is put in its place. */
  forget(path: string): void {
    const file = this.files.get(path);
    if (file) closeSync(file.fd);
    this.files.delete(path);
    this.unsynced.delete(path);
  }

  /** As `forget`, for all files below a directory. */
  forgetWithin(directory: string): void {
    for (const path of this.files.keys()) if (path.startsWith(join(directory, sep))) this.forget(path);
  }

  close(): void {
    for (const path of this.files.keys()) this.forget(path);
  }

  private file(path: string): OpenFile {
    let file = this.files.get(path);
    if (file) this.files.delete(path);
    else {
      const fd = openSync(path, 'a');
      file = { fd, size: fstatSync(fd).size };
    }
    // The map's order is that of last use.
    this.files.set(path, file);
    if (this.files.size > MAX_OPEN_FILES) this.closeOldest();
    return file;
  }

  private closeOldest(): void {
    for (const [path, { fd }] of this.files) {
      if (this.unsynced.delete(path)) fdatasyncSync(fd);
      closeSync(fd);
      this.files.delete(path);
      return;
    }
  }
}
