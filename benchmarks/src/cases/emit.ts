import type { Compression } from '../contestants.js';
import { ContestantProcess } from '../process/contestant-process.js';
import { type Case, roleFor } from './case.js';
import { rate } from './figures.js';

export interface EmitOptions {
  bytes?: number;
  partitions?: number;
  compression?: Compression;
}

/** `emit`, with `concurrency` of them awaited at once. */
export function emitCase(concurrency: number, options: EmitOptions = {}): Case {
  const { bytes = 200, partitions = 4, compression } = options;
  const details = [
    ...(options.bytes === undefined ? [] : [`${bytes / 1024} KB`]),
    ...(options.partitions === undefined ? [] : [`${partitions} partitions`]),
    ...(compression === undefined ? [] : [compression]),
  ];
  return {
    title: ['emit', `${concurrency} awaited at once`, ...details].join(', '),
    figures: [rate],
    forEngine: true,
    async run(round) {
      await round.createTopics([{ topic: `${round.name}.event`, partitions }]);
      return ContestantProcess.start(roleFor(round, { kind: 'emit', concurrency, bytes }, compression)).result();
    },
  };
}

/** `emitBatch`, one after the other. */
export function emitBatchCase(batch: number): Case {
  return {
    title: `emitBatch of ${batch}, one at a time`,
    figures: [rate],
    forEngine: true,
    async run(round) {
      await round.createTopics([{ topic: `${round.name}.event`, partitions: 4 }]);
      return ContestantProcess.start(roleFor(round, { kind: 'emit-batch', batch, bytes: 200 })).result();
    },
  };
}
