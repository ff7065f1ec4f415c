import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { lendCodecs } from '../contestants.js';
import type { Report, Result, Role } from './protocol.js';
import { emit, emitBatch } from './roles/emit.js';
import { firstReply, request, requestRate } from './roles/request.js';
import { role } from './roles/role.js';
import { backlog, firstEvent, idle, serve, slowBacklog, slowHandler } from './roles/serve.js';

// Both contestants log through Nest; what they say about joining groups is not part of the table.
Logger.overrideLogger(['error']);
lendCodecs();

const report = (message: Report): boolean => process.send!(message);

/** A result has every latency: it is on its way for longer than this process would live. */
const reported = (message: Report): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send!(message, undefined, undefined, failure => (failure ? reject(failure) : resolve()));
  });

function play(played: Role): Promise<Result | void> {
  switch (played.kind) {
    case 'server':
      return serve(played, () => report({ kind: 'ready' }));
    case 'emit':
      return emit(played);
    case 'emit-batch':
      return emitBatch(played);
    case 'request':
      return request(played);
    case 'request-rate':
      return requestRate(played);
    case 'backlog':
      return backlog(played);
    case 'slow-handler':
      return slowHandler(played);
    case 'slow-backlog':
      return slowBacklog(played);
    case 'first-reply':
      return firstReply(played);
    case 'first-event':
      return firstEvent(played);
    case 'idle':
      return idle(played);
    case 'import':
      throw new Error('Imports are measured in a process of their own: import-child.js.');
  }
}

try {
  const result = await play(role);
  if (result) {
    await reported({ kind: 'result', result });
  }
} catch (error) {
  await reported({ kind: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 1;
} finally {
  process.disconnect?.();
}
