import { createPayload } from '../../payload.js';
import { MEASURED_MS, WARM_UP_MS } from '../durations.js';
import { measure, repeatFor } from '../measure.js';
import type { Result, RoleOf } from '../protocol.js';
import { openEmitter } from './emitter.js';

export async function emit({ contestant, settings, topic, concurrency, bytes }: RoleOf<'emit'>): Promise<Result> {
  const emitter = await openEmitter(contestant, settings, `${topic}.event`);
  const emitOne = (id: number): Promise<unknown> => emitter.emit(createPayload(id, bytes));
  await repeatFor(WARM_UP_MS, concurrency, emitOne);
  const result = await measure(() => repeatFor(MEASURED_MS, concurrency, emitOne));
  await emitter.close();
  return result;
}

export async function emitBatch({ contestant, settings, topic, batch, bytes }: RoleOf<'emit-batch'>): Promise<Result> {
  const emitter = await openEmitter(contestant, settings, `${topic}.event`);
  const emitOne = (id: number): Promise<unknown> =>
    emitter.emitBatch(Array.from({ length: batch }, (_, i) => createPayload(id * batch + i, bytes)));
  await repeatFor(WARM_UP_MS, 1, emitOne);
  const result = await measure(async () => batch * (await repeatFor(MEASURED_MS, 1, emitOne)));
  await emitter.close();
  return result;
}
