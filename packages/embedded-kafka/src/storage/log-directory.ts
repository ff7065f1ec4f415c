import { statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import type { Broker } from '../broker.js';
import { brokerConfigFacts } from '../cluster/broker-config-table.js';

/** Where logs lie, and how much room there is. */
export interface LogDirectory {
  readonly path: string;
  readonly totalBytes: bigint;
  readonly usableBytes: bigint;
}

/** The data directory; without one, memory under the name that Kafka's `log.dir` has by default. */
export function logDirectory({ storage }: Pick<Broker, 'storage'>): LogDirectory {
  if (storage === undefined) {
    const path = brokerConfigFacts().get('log.dir')?.default ?? '';
    return { path, totalBytes: BigInt(totalmem()), usableBytes: BigInt(freemem()) };
  }
  const { path } = storage.directory;
  const { blocks, bavail, bsize } = statfsSync(path, { bigint: true });
  return { path, totalBytes: blocks * bsize, usableBytes: bavail * bsize };
}
