import { describe, expect, it } from 'vitest';
import { producerConfig } from './producer-config.js';

describe('producerConfig', () => {
  it('is patient enough for a leader to be replaced where nothing is said of retries', () => {
    expect(producerConfig({ producer: { idempotent: true } })).toEqual({ idempotent: true, retry: { retries: 7 } });
  });

  it('keeps the waits that the application says', () => {
    const options = {
      client: { brokers: [], retry: { initialRetryTime: 50, factor: 0 } },
      producer: { retry: { factor: 1 } },
    };
    expect(producerConfig(options)).toEqual({ retry: { initialRetryTime: 50, factor: 1, retries: 7 } });
  });

  it('leaves retries alone that the application says, of the client or of the producer', () => {
    expect(producerConfig({ client: { brokers: [], retry: { retries: 2 } } })).toEqual({});
    expect(producerConfig({ producer: { retry: { retries: 0 } } })).toEqual({ retry: { retries: 0 } });
  });
});
