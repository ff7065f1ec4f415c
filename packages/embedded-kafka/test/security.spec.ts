import { Kafka as KafkaJS } from 'kafkajs';
import { Kafka as KafkaJSOnPlatformatic } from 'kafkajs-platformatic';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../src/index.js';
import { certificates } from './support/test-certificates.js';

const PASSWORD = 'correct-horse-battery-staple';
const QUIET = 0;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object = {}): string =>
  `${part({ alg: 'none' })}.${part({ sub: 'alice', exp: Math.floor(Date.now() / 1000) + 600, ...claims })}.`;
const oauth = (claims?: object) => ({
  mechanism: 'oauthbearer' as const,
  oauthBearerProvider: async () => ({ value: token(claims) }),
});
const byPassword = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password = PASSWORD) => ({
  mechanism: mechanism as 'plain',
  username: 'alice',
  password,
});

const provide = (value: string) => ({
  mechanism: 'oauthbearer' as const,
  oauthBearerProvider: async () => ({ value }),
});

type Sasl = ReturnType<typeof byPassword> | ReturnType<typeof oauth>;
interface Config {
  readonly brokers: string[];
  readonly ssl?: object;
  readonly sasl?: Sasl;
}

/** The behaviours that kafkajs-platformatic's test/real/security.cluster.spec.ts shows on Apache Kafka. */
describe.each([
  ['kafkajs', (config: Config) => new KafkaJS({ ...config, retry: { retries: 0 }, logLevel: QUIET })],
  [
    'kafkajs-platformatic',
    (config: Config) => new KafkaJSOnPlatformatic({ ...config, retry: { retries: 0 }, logLevel: QUIET }) as never,
  ],
] as const)(
  '%s on an embedded broker with listeners of every protocol',
  (name, connect: (config: Config) => KafkaJS) => {
    const closing: { disconnect(): Promise<void> }[] = [];
    const ca = [certificates.ca];
    const seen = new Set<string>();
    let embedded: EmbeddedKafka;

    beforeAll(async () => {
      const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;
      const tls = certificates.server;
      embedded = await EmbeddedKafka.start({
        users: { alice: PASSWORD },
        listeners: [
          { protocol: 'PLAINTEXT' },
          { protocol: 'SSL', tls },
          { protocol: 'SASL_PLAINTEXT', mechanisms },
          { protocol: 'SASL_SSL', mechanisms, tls, advertisedHost: 'localhost' },
          { name: 'MUTUAL', protocol: 'SSL', tls: { ...tls, ca: certificates.ca, clientAuth: 'required' } },
          {
            name: 'TOKENS',
            protocol: 'SASL_PLAINTEXT',
            mechanisms: ['OAUTHBEARER'],
            verifyToken: async text => {
              seen.add(text);
              return text.startsWith('good') ? { principal: 'alice', expiresAt: Date.now() + 60_000 } : 'not good';
            },
          },
        ],
      });
    });
    afterEach(async () => {
      await Promise.all(closing.splice(0).map(each => each.disconnect()));
    });
    afterAll(() => embedded.stop());

    /** A message there and back. */
    async function roundTrip(topic: string, config: Config): Promise<string> {
      await embedded.createTopic(topic);
      const kafka = connect(config);
      const producer = kafka.producer();
      const consumer = kafka.consumer({ groupId: topic });
      closing.push(producer, consumer);
      await producer.connect();
      await producer.send({ topic, messages: [{ value: `secret of ${topic}` }] });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      return new Promise((resolve, reject) => {
        consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) }).catch(reject);
      });
    }
    const refused = async (config: Config): Promise<string> => {
      const admin = connect(config).admin();
      closing.push(admin);
      // KafkaJS itself takes a challenge for a welcome, and learns the truth from its next request.
      const use = admin.connect().then(() => admin.listTopics());
      return use.then(
        () => 'let in',
        (error: unknown) => String(error),
      );
    };

    it.each([
      ['PLAINTEXT', undefined],
      ['SASL_PLAINTEXT', byPassword('plain')],
      ['SASL_PLAINTEXT', byPassword('scram-sha-256')],
      ['SASL_PLAINTEXT', byPassword('scram-sha-512')],
      ['SASL_PLAINTEXT', oauth()],
      ['SSL', undefined],
      ['SASL_SSL', byPassword('scram-sha-512')],
    ] as const)('sends and receives on %s', async (listener, sasl) => {
      const config = {
        brokers: embedded.addresses(listener),
        ...(listener.endsWith('SSL') && { ssl: { ca } }),
        ...(sasl && { sasl }),
      };
      const topic = `${name}-${listener}-${sasl?.mechanism}`;
      expect(await roundTrip(topic, config)).toBe(`secret of ${topic}`);
    });

    it.each([
      byPassword('plain', 'wrong'),
      byPassword('scram-sha-256', 'wrong'),
      byPassword('scram-sha-512', 'wrong'),
      oauth({ exp: 1 }),
    ])('refuses wrong credentials of $mechanism', async sasl => {
      expect(await refused({ brokers: embedded.addresses('SASL_PLAINTEXT'), sasl })).not.toBe('let in');
    });

    it("verifies tokens by the application's own rule", async () => {
      const brokers = embedded.addresses('TOKENS');
      expect(await refused({ brokers, sasl: provide('bad-token') })).not.toBe('let in');
      expect(await refused({ brokers, sasl: provide('good-token') })).toBe('let in');
      expect([...seen]).toEqual(expect.arrayContaining(['bad-token', 'good-token']));
    });

    it('wants a certificate of its own authority where TLS is mutual', async () => {
      const brokers = embedded.addresses('MUTUAL');
      const topic = `${name}-mutual`;
      expect(await roundTrip(topic, { brokers, ssl: { ca, ...certificates.alice } })).toBe(`secret of ${topic}`);
      expect(await refused({ brokers, ssl: { ca } })).not.toBe('let in');
      expect(await refused({ brokers, ssl: { ca, ...certificates.stranger } })).not.toBe('let in');
    });

    it('tells clients the addresses of the listener that they came to', async () => {
      const listener = 'SASL_SSL';
      const brokers = embedded.addresses(listener);
      expect(brokers[0]).toMatch(/^localhost:\d+$/);
      const admin = connect({ brokers, ssl: { ca }, sasl: byPassword('plain') }).admin();
      closing.push(admin);
      await admin.connect();
      const cluster = await admin.describeCluster();
      expect(cluster.brokers.map(({ host, port }) => `${host}:${port}`)).toEqual(brokers);
    });
  },
);
