import { readFileSync } from 'node:fs';
import type { ListenerTlsOptions } from '../security/listener-options.js';

/** Where a listener's certificates are; paths begin at the working directory. */
const ofFiles = { keyFile: 'key', certFile: 'cert', caFile: 'ca', pfxFile: 'pfx' } as const;

/** A listener's `tls` with the contents of its files. Adds to `faults` what cannot be read. */
export function readTlsFiles(
  given: Readonly<Record<string, unknown>>,
  place: string,
  faults: string[],
): ListenerTlsOptions {
  const tls: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const target = Object.hasOwn(ofFiles, name) ? ofFiles[name as keyof typeof ofFiles] : undefined;
    if (target === undefined) tls[name] = value;
    else if (typeof value !== 'string') faults.push(`${place}.${name} must be a path`);
    else tls[target] = contentsOf(value, `${place}.${name}`, faults);
  }
  return tls;
}

function contentsOf(path: string, place: string, faults: string[]): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    faults.push(`${place}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
