import { describe, expect, it } from 'vitest';
import { KafkaJSError, KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { Backoff, DEFAULT_RETRY_POLICY, retry } from './retry-policy.js';

describe('The waits between attempts', () => {
  it('double, with a fifth of randomness, up to maxRetryTime, as often as "retries" says', () => {
    for (let round = 0; round < 200; round++) {
      const backoff = new Backoff({ ...DEFAULT_RETRY_POLICY, retries: 9, maxRetryTime: 5000 });
      let previous: number | undefined;
      for (let i = 0; i < 9; i++) {
        const wait = backoff.next() as number;
        expect(wait).toBeGreaterThanOrEqual(previous === undefined ? 240 : Math.min(previous * 1.6, 5000));
        expect(wait).toBeLessThanOrEqual(previous === undefined ? 361 : Math.min(previous * 2.4 + 2, 5000));
        previous = wait;
      }
      expect(backoff.next()).toBeUndefined();
      expect(backoff.retryCount).toBe(9);
    }
  });
});

describe('retry', () => {
  const policy = { ...DEFAULT_RETRY_POLICY, initialRetryTime: 1, retries: 3 };

  it('repeats what is retriable and wraps the last error when the retries are used up', async () => {
    let attempts = 0;
    const failing = retry(policy, async () => {
      attempts += 1;
      throw new KafkaJSError(`failure ${attempts}`);
    });
    await expect(failing).rejects.toMatchObject({
      name: 'KafkaJSNumberOfRetriesExceeded',
      message: 'failure 4',
      retryCount: 3,
      cause: { message: 'failure 4' },
    });
    expect(attempts).toBe(4);
  });

  it.each([new KafkaJSNonRetriableError('no'), new TypeError('bug')])('passes %s on after one attempt', async error => {
    let attempts = 0;
    const failing = retry(policy, () => {
      attempts += 1;
      return Promise.reject(error);
    });
    await expect(failing).rejects.toBe(error);
    expect(attempts).toBe(1);
  });

  it('ends its wait when it is aborted', async () => {
    const controller = new AbortController();
    const waiting = retry(
      { ...policy, initialRetryTime: 60_000 },
      () => Promise.reject(new KafkaJSError('again')),
      controller.signal,
    );
    setTimeout(() => controller.abort(new Error('enough')), 10);
    await expect(waiting).rejects.toThrow('enough');
  });
});
