import { KafkaRetriableException, type WritePacket } from '@nestjs/microservices';
import { concat, EMPTY, finalize, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { publishStream } from './response-stream.js';

async function publishAll(
  stream: Observable<unknown>,
): Promise<{ packets: WritePacket[]; ends: number; error: unknown }> {
  const packets: WritePacket[] = [];
  let ends = 0;
  const error: unknown = await publishStream(
    stream,
    packet => Promise.resolve(packets.push(packet)),
    () => ends++,
  ).catch((reason: unknown) => reason);
  return { packets, ends, error };
}

describe('the replies of a stream', () => {
  it('are its values, the last of which says so when the stream ends at once', async () => {
    await expect(publishAll(of(1, 2, 3))).resolves.toEqual({
      packets: [{ response: 1 }, { response: 2 }, { response: 3, isDisposed: true }],
      ends: 1,
      error: undefined,
    });
  });

  it('are one without a value when it is empty', async () => {
    await expect(publishAll(EMPTY)).resolves.toEqual({ packets: [{ isDisposed: true }], ends: 1, error: undefined });
  });

  it('end with one without a value when it ends later than its last value', async () => {
    const source = new Subject();
    const published = publishAll(source);
    source.next('only');
    await new Promise(resolve => setImmediate(resolve));
    source.complete();
    await expect(published).resolves.toMatchObject({ packets: [{ response: 'only' }, { isDisposed: true }], ends: 1 });
  });

  it('end with the error when it fails', async () => {
    const err = { status: 'error', message: 'gone' };
    await expect(
      publishAll(
        concat(
          of(1),
          throwError(() => err),
        ),
      ),
    ).resolves.toEqual({
      packets: [{ response: 1 }, { err, isDisposed: true }],
      ends: 1,
      error: undefined,
    });
  });

  it('are none when a KafkaRetriableException comes before the first value', async () => {
    const again = new KafkaRetriableException('again');
    await expect(publishAll(throwError(() => again))).resolves.toEqual({ packets: [], ends: 1, error: again });
  });

  it('carry a KafkaRetriableException that comes after a value', async () => {
    const again = new KafkaRetriableException('again');
    const { packets, error } = await publishAll(
      concat(
        of(1),
        throwError(() => again),
      ),
    );
    expect(packets).toEqual([{ response: 1 }, { err: again, isDisposed: true }]);
    expect(error).toBeUndefined();
  });

  it('are given up, and the stream with them, when one is not acknowledged', async () => {
    let unsubscribed = false;
    let ends = 0;
    const lost = new Error('not acknowledged');
    const published = publishStream(
      concat(of(1, 2), NEVER).pipe(finalize(() => (unsubscribed = true))),
      () => Promise.reject(lost),
      () => ends++,
    );
    await expect(published).rejects.toBe(lost);
    expect(unsubscribed).toBe(true);
    expect(ends).toBe(1);
  });
});
