import { Controller, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs-platformatic';
import { ClientKafka, kafkaServer, KafkaServer, type KafkaTransportOptions, MessagePattern, Payload } from 'nest-kafka';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EveryOutput } from './every-output.js';

export const PASSWORD = 'correct-horse-battery-staple';
const WRONG_PASSWORD = 'tr0ub4dor-and-3-of-them';
/** A broker's first handshake is slow where the machine is busy. Milliseconds. */
const HANDSHAKE_TIMEOUT = 20_000;
const TOKEN_SECRET = 'jti-of-a-token-that-nobody-may-see';

/** A broker with listeners of each kind; user `alice` has `PASSWORD`. */
export interface SecureGround {
  /** SASL over TLS with PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER (unsecured tokens). */
  readonly saslSsl: string;
  /** TLS alone, with a certificate of the same authority for `localhost` and `127.0.0.1`. */
  readonly ssl: string;
  /** SASL without TLS, with PLAIN alone. */
  readonly plainOnly: string;
  /** Of the authority that vouches for the broker. */
  readonly ca: string;
  /** A key and its certificate, by the same authority: it belongs to somebody. */
  readonly own: { readonly key: string; readonly cert: string };
  /** What else is running and could show a secret. */
  readonly others: readonly unknown[];
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { sub: 'alice', iat: now, exp: now + 600, jti: TOKEN_SECRET, ...claims };
  return `${part({ alg: 'none' })}.${part(all)}.`;
}

type Sasl = NonNullable<KafkaConfig['sasl']>;
const byPassword = (mechanism: string, password = PASSWORD): Sasl =>
  ({ mechanism, username: 'alice', password }) as Sasl;
const oauth = (claims?: object): Sasl => ({
  mechanism: 'oauthbearer',
  oauthBearerProvider: async () => ({ value: token(claims) }),
});

/** TLS, SASL and secrets, end to end; the same on every ground. */
export function securityBehaviours(groundOf: () => SecureGround): void {
  const closing: (() => Promise<unknown>)[] = [];
  let ground: SecureGround;

  beforeAll(() => {
    ground = groundOf();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) {
      await close();
    }
  });

  /** @returns the error that kept a client out, or undefined for one that was let in */
  async function refusal(config: Partial<KafkaConfig>): Promise<Error | undefined> {
    const kafka = new Kafka({
      brokers: [],
      connectionTimeout: HANDSHAKE_TIMEOUT,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      ...config,
    } as KafkaConfig);
    const admin = kafka.admin();
    closing.push(() => admin.disconnect());
    return admin
      .connect()
      .then(() => admin.listTopics())
      .then(
        () => undefined,
        (error: Error) => error,
      );
  }

  describe('TLS', () => {
    it.each<[string, NonNullable<KafkaConfig['ssl']>]>([
      ['true', true],
      ['{}', {}],
    ])('with `ssl: %s` verifies the certificate by the authorities that Node knows', async (_name, ssl) => {
      expect((await refusal({ brokers: [ground.ssl], ssl }))?.message).toMatch(/certificate/);
    });

    it('lets in whom the given authority vouches for, and nobody of another name', async () => {
      const { ssl, ca } = ground;
      expect(await refusal({ brokers: [ssl], ssl: { ca: [ca] } })).toBeUndefined();
      expect((await refusal({ brokers: [ssl], ssl: { ca: [ca], servername: 'kafka.example' } }))?.message).toMatch(
        /does not match|altnames/,
      );
    });

    it('is not verified only where the application says so', async () => {
      expect(await refusal({ brokers: [ground.ssl], ssl: { rejectUnauthorized: false } })).toBeUndefined();
    });

    it('is never left out by itself: a client that wants it does not speak without, nor the other way round', async () => {
      const tls = { brokers: [ground.plainOnly], ssl: { ca: [ground.ca] }, sasl: byPassword('plain') };
      expect((await refusal(tls))?.message).toMatch(/"ssl"/);
      expect((await refusal({ brokers: [ground.saslSsl], sasl: byPassword('plain') }))?.message).toMatch(/"ssl"/);
    });
  });

  describe('SASL', () => {
    it('is not downgraded: a client that was told SCRAM gives no password to a broker that has only PLAIN', async () => {
      const error = await refusal({ brokers: [ground.plainOnly], sasl: byPassword('scram-sha-512') });
      expect(error).toMatchObject({ name: 'KafkaJSSASLAuthenticationError', retriable: false });
      expect(error?.message).toMatch(/mechanism/);
    });

    it('works without TLS, where the network is trusted', async () => {
      expect(await refusal({ brokers: [ground.plainOnly], sasl: byPassword('plain') })).toBeUndefined();
    });

    it('is not passed by: without credentials nothing is answered', async () => {
      expect(await refusal({ brokers: [ground.plainOnly] })).toBeInstanceOf(Error);
    });
  });

  describe('Secrets', () => {
    const topic = `security.${process.pid}.${Date.now().toString(36)}`;

    @Controller()
    class EchoController {
      @MessagePattern(topic)
      echo(@Payload() value: unknown): unknown {
        return value;
      }
    }

    class SecurityModule {}

    function optionsOf(sasl: Sasl): KafkaTransportOptions {
      const ssl = { ca: [ground.ca], ...ground.own };
      return {
        client: {
          brokers: [ground.saslSsl],
          ssl,
          sasl,
          logLevel: logLevel.DEBUG,
          connectionTimeout: HANDSHAKE_TIMEOUT,
        },
        consumer: { groupId: topic },
      } as KafkaTransportOptions;
    }

    it.each([
      ['PLAIN', byPassword('plain'), byPassword('plain', WRONG_PASSWORD)],
      ['SCRAM-SHA-512', byPassword('scram-sha-512'), byPassword('scram-sha-512', WRONG_PASSWORD)],
      ['OAUTHBEARER', oauth(), oauth({ exp: 1 })],
    ])('of %s are in no log, error, health or dump of a run at debug level', async (_name, sasl, wrong) => {
      const output = new EveryOutput();
      output.listen();
      let service: INestMicroservice | undefined;
      let client: ClientKafka | undefined;
      try {
        const options = optionsOf(sasl);
        const strategy = new KafkaServer(options);
        service = await NestFactory.createMicroservice(
          { module: SecurityModule, controllers: [EchoController] },
          { strategy },
        );
        await service.listen();
        client = new ClientKafka(options);
        await client.connect();
        expect(await firstValueFrom(client.send(topic, 'a question'))).toBe('a question');
        const kafka = new Kafka(options.client as KafkaConfig);
        const parts = [kafka, kafka.producer(), kafka.consumer({ groupId: topic }), kafka.admin(), kafka.logger()];
        output.show(...parts, kafkaServer(options).strategy, strategy, client, service, ...ground.others);
        output.show(await strategy.health(), await client.health());
        output.show(client.producer, client.consumer);

        const refused = new ClientKafka(optionsOf(wrong));
        const failure: unknown = await refused.connect().catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(Error);
        output.show(failure, refused, await refused.health());
        await refused.close();
        const lost = await NestFactory.createMicroservice(
          { module: SecurityModule, controllers: [EchoController] },
          kafkaServer(optionsOf(wrong)),
        );
        output.show(await lost.listen().catch((error: unknown) => error));
        await lost.close();
      } finally {
        await client?.close();
        await service?.close();
        output.stop();
      }
      expect(output.characters).toBeGreaterThan(10_000);
      const pem = ground.own.key.split('\n')[2] as string;
      const secrets = [PASSWORD, WRONG_PASSWORD, TOKEN_SECRET, part({ jti: TOKEN_SECRET }).slice(12, 40), pem];
      expect(output.find(secrets)).toEqual([]);
    });
  });
}
