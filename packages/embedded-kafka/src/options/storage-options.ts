import type { FsyncPolicy } from '../storage/data-directory.js';
import { isIntegerWithin, LONGEST_TIMER, show } from './option-values.js';

export interface StorageOptions {
  readonly dataDir?: string | undefined;
  readonly fsync?: FsyncPolicy | undefined;
}

/** Everything that is wrong with where a broker is to keep its data. */
export function storageFaults({ dataDir, fsync }: StorageOptions): string[] {
  const faults: string[] = [];
  if (dataDir !== undefined && (typeof dataDir !== 'string' || dataDir === '')) {
    faults.push(`dataDir must be a path, got ${show(dataDir)}`);
  }
  if (fsync === undefined) return faults;
  if (fsync !== 'always' && fsync !== 'never' && !isIntegerWithin(fsync, 1, LONGEST_TIMER)) {
    faults.push(`fsync must be 'always', 'never' or a number of milliseconds, got ${show(fsync)}`);
  }
  if (dataDir === undefined) faults.push('fsync needs dataDir: in memory there is no disk to wait for');
  return faults;
}
