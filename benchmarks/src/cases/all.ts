import type { Case } from './case.js';
import { emitBatchCase, emitCase } from './emit.js';
import { firstReplyCase, requestRateCase, requestReplyCase } from './request-reply.js';
import { backlogCase, firstEventCase, idleCase, importCase, slowBacklogCase, slowHandlerCase } from './service.js';

/** In the order of the table. */
export const allCases: readonly Case[] = [
  emitCase(1),
  emitCase(16),
  emitCase(256),
  emitCase(2048),
  emitCase(256, { bytes: 1024 }),
  emitCase(256, { bytes: 10 * 1024 }),
  emitCase(256, { compression: 'gzip' }),
  emitCase(256, { compression: 'zstd' }),
  emitCase(256, { compression: 'lz4' }),
  emitCase(256, { partitions: 1 }),
  emitCase(256, { partitions: 12 }),
  emitCase(256, { partitions: 100 }),
  emitBatchCase(100),
  requestReplyCase(1),
  requestReplyCase(64),
  requestReplyCase(512),
  requestRateCase(500),
  backlogCase(100_000),
  backlogCase(100_000, { pipes: true }),
  backlogCase(100_000, { partitions: 1 }),
  backlogCase(100_000, { partitions: 12 }),
  backlogCase(100_000, { partitions: 100 }),
  slowHandlerCase(),
  slowBacklogCase(),
  slowBacklogCase({ byKey: true }),
  firstReplyCase(),
  firstEventCase(),
  idleCase(100),
  importCase(),
];

const k = (count: number): string => count.toLocaleString('en-US');

/** Work that grows: what a message costs must not grow with it. */
export const growthCases: readonly Case[] = [
  ...[1_000, 10_000, 100_000, 1_000_000].map(messages => backlogCase(messages)),
  // At the built-in's rate these would take a quarter of an hour a round.
  backlogCase(10_000_000, { builtInMessages: 1_000_000 }),
  ...[1, 10, 100, 1_000].map(partitions => ({
    ...emitCase(256, { partitions }),
    title: `emit, 256 awaited at once, ${k(partitions)} partitions`,
  })),
  ...[1, 50, 500].map(topics => idleCase(topics)),
];
