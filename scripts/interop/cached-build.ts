import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIRECTORY } from '../kafka/distribution.ts';

/**
 * A folder in the cache that is made from sources, and made again when they have changed. It appears by one rename, so
 * that what was interrupted is never taken for whole.
 */
export async function cachedBuild(
  name: string,
  sources: readonly string[],
  build: (directory: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source).update(readFileSync(source));
  const parent = join(CACHE_DIRECTORY, 'interop');
  const directory = join(parent, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  const staging = `${directory}.partial-${process.pid}`;
  mkdirSync(staging, { recursive: true });
  try {
    await build(staging);
    for (const old of readdirSync(parent)) {
      if (old.startsWith(`${name}-`) && !old.includes('.partial-')) rmSync(join(parent, old), { recursive: true });
    }
    renameSync(staging, directory);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return directory;
}
