import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { hotResult } from './hot-result.js';

const collect = <T>(result: ReturnType<typeof hotResult<T>>): Promise<T[]> => lastValueFrom(result.pipe(toArray()));

describe('a hot result', () => {
  it('gives the value and the end to everybody who subscribed in time', async () => {
    const result = hotResult(Promise.resolve('sent'));
    expect(await Promise.all([collect(result), collect(result), collect(result)])).toEqual([
      ['sent'],
      ['sent'],
      ['sent'],
    ]);
  });

  it('gives only the end to whoever comes later', async () => {
    const work = Promise.resolve('sent');
    const result = hotResult(work);
    await work;
    expect(await collect(result)).toEqual([]);
  });

  it('gives the error to those before it and to those after it', async () => {
    const failure = new Error('no leader');
    const result = hotResult(Promise.reject(failure));
    await expect(collect(result)).rejects.toBe(failure);
    await expect(collect(result)).rejects.toBe(failure);
  });

  it('gives nothing to whoever has unsubscribed, and the others do not notice', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const result = hotResult(promise);
    const heard: string[] = [];
    const gone = result.subscribe(value => heard.push(`gone: ${value}`));
    const other = collect(result);
    gone.unsubscribe();
    resolve('sent');
    expect(await other).toEqual(['sent']);
    expect(heard).toEqual([]);
  });

  it('is not an unhandled rejection when nobody subscribes', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    try {
      hotResult(Promise.reject(new Error('nobody listens')));
      await new Promise(resolve => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', listener);
    }
  });
});
