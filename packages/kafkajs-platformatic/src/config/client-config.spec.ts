import { describe, expect, it } from 'vitest';
import { KafkaJSConfigurationError } from '../errors/client-errors.js';
import { Kafka } from '../kafka.js';
import { resolveClientConfig, type KafkaConfig } from './client-config.js';

function faultsOf(create: () => unknown): readonly string[] {
  try {
    create();
  } catch (error) {
    expect(error).toBeInstanceOf(KafkaJSConfigurationError);
    return (error as KafkaJSConfigurationError).faults;
  }
  throw new Error('nothing was refused');
}

describe('Client options', () => {
  it('that are wrong are all named in one error, with the nearest known name', () => {
    const config = {
      brokers: ['localhost:9092', 'no port:x'],
      clientID: 'me',
      ssl: 'yes',
      sasl: { mechanism: 'plain', username: 'me' },
      connectionTimeout: -1,
      requestTimout: 5,
      logLevel: 'INFO',
      socketFactory: 'mine',
      retry: { retries: 2.5, multiplyer: 2 },
    };
    const faults = faultsOf(() => new Kafka(config as unknown as KafkaConfig));
    expect(faults.join('\n')).toBe(
      [
        'unknown option "clientID", did you mean "clientId"?',
        '"ssl" must be true, false or an object of TLS options, not "yes"',
        '"connectionTimeout" must be an integer of at least 1, not -1',
        'unknown option "requestTimout", did you mean "requestTimeout"?',
        '"logLevel" must be one of logLevel (0, 1, 2, 4, 5), not "INFO"',
        '"socketFactory" must be a function, not "mine"',
        '"brokers[1]": "no port:x" is not a broker address: write "host:port", for example "127.0.0.1:9092"',
        '"sasl.password" must be a string for the mechanism plain',
        '"retry.retries" must be an integer of at least 0, not 2.5',
        'unknown option "retry.multiplyer", did you mean "retry.multiplier"?',
      ].join('\n'),
    );
  });

  it.each([
    [undefined, 'must be an object'],
    [{}, '"brokers" must be a non-empty array'],
    [{ brokers: [] }, '"brokers" must be a non-empty array'],
    [{ brokers: ['a:1'], sasl: { mechanism: 'aws' } }, '"sasl.accessKeyId" must be a string for the mechanism aws'],
    [{ brokers: ['a:1'], sasl: { mechanism: 'mine' } }, '"sasl.mechanism" "mine" needs an "authenticationProvider"'],
    [{ brokers: ['a:1'], sasl: { mechanism: 'a', authenticationProvider: 1 } }, 'that returns { authenticate }'],
    [{ brokers: ['a:1'], sasl: { mechanism: 'oauthbearer' } }, '"sasl.oauthBearerProvider" must be a function'],
    [{ brokers: ['a:1'], sasl: 'secret' }, '"sasl" must be an object'],
  ])('%j are refused', (config, fault) => {
    expect(faultsOf(() => new Kafka(config as never)).join()).toContain(fault);
  });

  it("are filled in with KafkaJS's defaults", async () => {
    const config = resolveClientConfig({ brokers: ['localhost:9092'] });
    expect(config).toMatchObject({
      clientId: 'kafkajs',
      tls: undefined,
      sasl: undefined,
      connectionTimeout: 1000,
      authenticationTimeout: 10_000,
      requestTimeout: 30_000,
      retry: { retries: 5, initialRetryTime: 300, factor: 0.2, multiplier: 2, maxRetryTime: 30_000 },
    });
    expect(await config.brokers()).toEqual(['localhost:9092']);
  });

  it('for TLS and SASL reach the connection in its terms', async () => {
    const { tls, sasl } = resolveClientConfig({
      brokers: ['a:1'],
      ssl: true,
      sasl: { mechanism: 'SCRAM-SHA-512' as 'scram-sha-512', username: 'u', password: 'p' },
    });
    expect(tls).toEqual({});
    expect(sasl).toEqual({ mechanism: 'SCRAM-SHA-512', username: 'u', password: 'p' });
    const oauth = resolveClientConfig({
      brokers: ['a:1'],
      sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: 'token' }) },
    });
    expect(oauth.sasl?.mechanism).toBe('OAUTHBEARER');
    expect(oauth.sasl !== undefined && 'token' in oauth.sasl && (await oauth.sasl.token())).toBe('token');
  });
});

describe('Producer and admin options', () => {
  const kafka = new Kafka({ brokers: ['a:1'] });

  it('that are wrong are all named in one error', () => {
    const config = { lingr: 5, batchSize: 0, transactionalId: 'tx', idempotent: true, retry: { retries: 0 } };
    expect(faultsOf(() => kafka.producer(config as never)).join('\n')).toBe(
      [
        'unknown option "lingr", did you mean "linger"?',
        '"batchSize" must be an integer of at least 1, not 0',
        '"retry.retries" must be at least 1 for an idempotent producer, or a lost connection loses messages',
      ].join('\n'),
    );
    expect(faultsOf(() => kafka.producer({ transactionalId: 'tx', idempotent: false }))).toEqual([
      '"idempotent" must not be false with a "transactionalId": transactions are idempotent',
    ]);
    expect(faultsOf(() => kafka.admin({ retries: 1 } as never))).toEqual(['unknown option "retries"; known are retry']);
  });
});
