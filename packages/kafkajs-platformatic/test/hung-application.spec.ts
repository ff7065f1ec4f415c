import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, describe, expect, it } from 'vitest';
import type { Mechanism, SASLOptions } from '../src/config/sasl-options.js';
import { Kafka } from '../src/kafka.js';
import { quickKafka } from './support/clients.js';

const never = new Promise<never>(() => {});

let kafka: EmbeddedKafka | undefined;

afterEach(async () => {
  await kafka?.stop();
});

/** Code of the application that the client awaits while it authenticates; hangs when it is asked for the first time. */
function hungOnce(): { readonly asked: () => number; readonly sasl: Record<string, SASLOptions | Mechanism> } {
  let asked = 0;
  const answer = async <Value>(value: Value): Promise<Value> => (++asked === 1 ? never : value);
  return {
    asked: () => asked,
    sasl: {
      'a token provider': { mechanism: 'oauthbearer', oauthBearerProvider: () => answer({ value: 'a.b.c' }) },
      'a mechanism of the application': {
        mechanism: 'plain',
        authenticationProvider: ({ saslAuthenticate }) => ({
          authenticate: async () => {
            await answer(undefined);
            const text = Buffer.from('\0user\0secret');
            const length = Buffer.alloc(4);
            length.writeInt32BE(text.length);
            await saslAuthenticate({ request: { encode: () => Buffer.concat([length, text]) } });
          },
        }),
      },
    },
  };
}

describe('Code of the application that never settles', () => {
  it.each(['a token provider', 'a mechanism of the application'])(
    '(%s) costs its connection authenticationTimeout, and no request waits longer for it',
    async name => {
      kafka = await EmbeddedKafka.start({
        users: { user: 'secret' },
        listeners: [{ protocol: 'SASL_PLAINTEXT', mechanisms: ['PLAIN', 'OAUTHBEARER'] }],
      });
      const { sasl, asked } = hungOnce();
      const admin = quickKafka(kafka.brokers, {
        sasl: sasl[name] as SASLOptions,
        authenticationTimeout: 1_000,
        retry: { retries: 0 },
      }).admin();
      await expect(admin.connect()).rejects.toThrow(/not authenticated within 1000 ms \(authenticationTimeout\)/);
      expect(asked()).toBe(1);
      await admin.disconnect();
    },
  );

  it('(the "brokers" function) costs requestTimeout, and the next attempt asks again', async () => {
    kafka = await EmbeddedKafka.start();
    const { brokers } = kafka;
    let asked = 0;
    const admin = new Kafka({
      brokers: async () => (++asked === 1 ? never : brokers),
      requestTimeout: 100,
      retry: { initialRetryTime: 1 },
      logLevel: 0,
    }).admin();
    await admin.connect();
    expect(asked).toBe(2);
    await admin.disconnect();
  });
});
