import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { quickConfig } from '../../test/support/clients.js';
import { startSaslBroker, type SaslBroker, type SaslScript } from '../../test/support/sasl-broker.js';
import { Cluster } from '../cluster/cluster.js';
import type { KafkaConfig } from '../config/client-config.js';

const PASSWORD = 'correct-horse-battery-staple';
const SCRAM = { mechanism: 'scram-sha-256', username: 'alice', password: PASSWORD } as const;
const PLAIN = { mechanism: 'plain', username: 'alice', password: PASSWORD } as const;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

async function saslBroker(script: Partial<SaslScript> = {}): Promise<SaslBroker> {
  const started = await startSaslBroker(PASSWORD, { mechanisms: ['SCRAM-SHA-256'], ...script });
  cleanups.push(() => started.broker.stop());
  return started;
}

async function connectTo({ broker }: SaslBroker, sasl: KafkaConfig['sasl'] = SCRAM): Promise<void> {
  const cluster = new Cluster(quickConfig(broker.brokers, sasl === undefined ? {} : { sasl }));
  cleanups.push(() => cluster.disconnect());
  await cluster.connect();
}

const refusalOf = (server: SaslBroker, sasl?: KafkaConfig['sasl']): Promise<Error> =>
  connectTo(server, sasl).then(
    () => new Error('let in'),
    (error: Error) => error,
  );

const challenge = (change: (honest: string) => string): Partial<SaslScript> => ({
  answer: (_message, step, honest) => (step === 0 ? change(honest) : honest),
});
const final = (answer: string): Partial<SaslScript> => ({
  answer: (_message, step, honest) => (step === 0 ? honest : answer),
});

describe('SCRAM', () => {
  it('goes on with a server that knows the password, and never sends it', async () => {
    const server = await saslBroker();
    await connectTo(server);
    expect(server.messages).toHaveLength(2);
    expect(server.received.join('')).not.toContain(PASSWORD);
  });

  it.each<[string, Partial<SaslScript>, RegExp, number]>([
    ['without a signature', final(''), /Malformed SCRAM parameter/, 2],
    ['with a signature of its own', final('v=c2lnbmF0dXJl'), /server signature/, 2],
    ['that says no', final('e=other-error'), /other-error/, 2],
    ['that asks for too few iterations', challenge(first => first.replace('4096', '1')), /1 iterations/, 1],
    ['that asks for the work of hours', challenge(f => f.replace('4096', '2147483647')), /2147483647 iterations/, 1],
    ['whose iterations are no number', challenge(first => first.replace('4096', '4096x')), /malformed/, 1],
    ['without a salt', challenge(first => first.replace(/s=[^,]*/, 's=')), /malformed/, 1],
    ['without a nonce', challenge(first => first.replace(/r=[^,]*,/, '')), /malformed/, 1],
    ["with another's nonce", challenge(first => first.replace(/r=[^,]*/, 'r=another')), /nonce/, 1],
    ['with a field that the protocol does not have', challenge(first => `${first},__original=x`), /malformed/, 1],
    ['that says nothing', challenge(() => ''), /malformed/, 1],
    ['that says anything', challenge(() => '\0\u{1f600}='.repeat(5_000)), /malformed/, 1],
  ])('refuses a server %s, for good and in one error', async (_name, script, reason, messages) => {
    const server = await saslBroker(script);
    const error = await refusalOf(server);
    expect(error).toMatchObject({ name: 'KafkaJSSASLAuthenticationError', retriable: false });
    expect(error.message).toMatch(reason);
    expect(error.message.length).toBeLessThan(1_000);
    expect(server.messages).toHaveLength(messages);
    expect(server.received.join('')).not.toContain(PASSWORD);
    expect(inspect(error, { depth: Infinity })).not.toContain(PASSWORD);
  });
});

describe('The mechanism', () => {
  it('is the one that was asked for: a broker that has only weaker ones gets no password', async () => {
    const server = await saslBroker({ mechanisms: ['PLAIN'] });
    const error = await refusalOf(server);
    expect(error).toMatchObject({ name: 'KafkaJSSASLAuthenticationError', retriable: false });
    expect(error.message).toMatch(/mechanism/);
    expect(server.messages).toEqual([]);
    expect(server.received.join('')).not.toContain(PASSWORD);
  });

  it('PLAIN is as good over a plain connection as the network is, and works there', async () => {
    const server = await saslBroker({ mechanisms: ['PLAIN'], answer: () => '' });
    await connectTo(server, PLAIN);
    expect(server.messages).toEqual([`\0alice\0${PASSWORD}`]);
  });
});

describe('A session', () => {
  it('that is good for longer than a timer can wait is not renewed at once', async () => {
    const server = await saslBroker({ sessionLifetime: 90n * 86_400_000n });
    await connectTo(server);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(server.messages).toHaveLength(2);
  });
});
