import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../../../scripts/kafka/free-ports.ts';
import { startKafka, type KafkaCluster } from '../../../../scripts/kafka/index.ts';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
  type KafkaConfig,
  type LogEntry,
} from '../../src/index.js';
import { until, wait } from '../consumer/ground.js';
import { Certificates } from '../support/certificates.js';
import { createScramUser } from '../support/scram-users.js';

const PASSWORD = 'correct-horse-battery-staple';
const WRONG_PASSWORD = 'tr0ub4dor-and-3';
const MODULES = 'org.apache.kafka.common.security';
/** The sessions of PLAIN, which are renewed. Milliseconds. */
const SESSION = 3_000;

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function token(claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: 'alice', iat: now, exp: now + 600, ...claims })}.`;
}

function jaas(mechanism: string, module: string, options = ''): Record<string, string> {
  return { [`listener.name.sasl_ssl.${mechanism}.sasl.jaas.config`]: `${MODULES}.${module} required ${options};` };
}

describe('Security on Apache Kafka', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafka-security-'));
  const plain = { mechanism: 'plain', username: 'alice', password: PASSWORD } as const;
  const entries: LogEntry[] = [];
  const closing: { disconnect(): Promise<void> }[] = [];
  let cluster: KafkaCluster;
  let sasl: string;
  let mutual: string;
  let ca: string;
  let client: { key: string; cert: string };
  let lastId = 0;

  beforeAll(async () => {
    const certificates = new Certificates(directory);
    const server = certificates.issue('server');
    const own = certificates.issue('client');
    ca = readFileSync(certificates.ca, 'utf8');
    client = { key: readFileSync(own.key, 'utf8'), cert: readFileSync(own.cert, 'utf8') };
    const [saslPort, mutualPort] = (await findFreePorts(2)) as [number, number];
    sasl = `localhost:${saslPort}`;
    mutual = `localhost:${mutualPort}`;
    cluster = await startKafka({
      properties: ({ port, controllerPort }) => ({
        listeners: [
          `PLAINTEXT://127.0.0.1:${port}`,
          `CONTROLLER://127.0.0.1:${controllerPort}`,
          `SASL_SSL://127.0.0.1:${saslPort}`,
          `MUTUAL://127.0.0.1:${mutualPort}`,
        ].join(','),
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},SASL_SSL://${sasl},MUTUAL://${mutual}`,
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,MUTUAL:SSL',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': server.store,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': certificates.ca,
        'listener.name.mutual.ssl.client.auth': 'required',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        ...jaas('plain', 'plain.PlainLoginModule', `user_alice="${PASSWORD}"`),
        ...jaas('scram-sha-256', 'scram.ScramLoginModule'),
        ...jaas('scram-sha-512', 'scram.ScramLoginModule'),
        ...jaas('oauthbearer', 'oauthbearer.OAuthBearerLoginModule', 'unsecuredLoginStringClaim_sub="broker"'),
        'listener.name.sasl_ssl.plain.connections.max.reauth.ms': SESSION,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
        'allow.everyone.if.no.acl.found': true,
      }),
    });
    await createScramUser(cluster.brokers[0] as string, 'alice', PASSWORD);
    // A broker's first TLS handshake is slow, and times are taken below.
    const first = kafka({ sasl: plain }).admin();
    await first.connect();
    await first.disconnect();
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map(each => each.disconnect()));
    entries.splice(0);
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  function kafka(config: Partial<KafkaConfig>): Kafka {
    return new Kafka({
      brokers: [sasl],
      ssl: { ca: [ca] },
      logLevel: logLevel.DEBUG,
      logCreator: () => entry => void entries.push(entry),
      ...config,
    });
  }

  /** A message there and back. */
  async function roundTrip(with_: Kafka): Promise<string> {
    lastId += 1;
    const topic = `security-${lastId}`;
    const producer = with_.producer();
    closing.push(producer);
    await producer.connect();
    await producer.send({ topic, messages: [{ value: `secret ${lastId}` }] });
    const consumer = with_.consumer({ groupId: topic });
    closing.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    return new Promise((resolve, reject) => {
      consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) }).catch(reject);
    });
  }

  const mechanisms: readonly (readonly [string, NonNullable<KafkaConfig['sasl']>])[] = [
    ['PLAIN', plain],
    ['SCRAM-SHA-256', { mechanism: 'scram-sha-256', username: 'alice', password: PASSWORD }],
    ['SCRAM-SHA-512', { mechanism: 'scram-sha-512', username: 'alice', password: PASSWORD }],
    ['OAUTHBEARER', { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: token() }) }],
  ];

  it.each(mechanisms)('lets messages through SASL %s over TLS', async (_name, options) => {
    expect(await roundTrip(kafka({ sasl: options }))).toBe(`secret ${lastId}`);
    expect(JSON.stringify(entries)).not.toContain(PASSWORD);
  });

  const wrong: readonly (readonly [string, NonNullable<KafkaConfig['sasl']>])[] = [
    ['PLAIN', { ...plain, password: WRONG_PASSWORD }],
    ['SCRAM-SHA-256', { mechanism: 'scram-sha-256', username: 'alice', password: WRONG_PASSWORD }],
    ['SCRAM-SHA-512', { mechanism: 'scram-sha-512', username: 'alice', password: WRONG_PASSWORD }],
    [
      'OAUTHBEARER',
      {
        mechanism: 'oauthbearer',
        oauthBearerProvider: async () => ({ value: token({ exp: 1, jti: WRONG_PASSWORD }) }),
      },
    ],
  ];

  it.each(wrong)(
    'refuses wrong credentials of %s in one clear error, at once, without showing them',
    async (_n, options) => {
      for (const made of [kafka({ sasl: options }).producer(), kafka({ sasl: options }).admin()]) {
        closing.push(made);
        const start = performance.now();
        const error: unknown = await made.connect().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(performance.now() - start).toBeLessThan(2_000);
        expect(error).toMatchObject({
          name: 'KafkaJSSASLAuthenticationError',
          retriable: false,
          message: expect.stringMatching(
            /^Authentication at localhost:\d+ failed: .*Check the mechanism and the credentials/s,
          ),
        });
        const { message, stack, cause } = error as Error;
        const shown = JSON.stringify([message, stack, String(cause), entries]);
        expect(shown).not.toContain(WRONG_PASSWORD);
        expect(shown).not.toContain(Buffer.from(WRONG_PASSWORD).toString('base64url'));
      }
    },
  );

  it('names a mechanism that the broker does not have', async () => {
    const sasl = {
      mechanism: 'aws',
      authorizationIdentity: 'id',
      accessKeyId: 'key',
      secretAccessKey: PASSWORD,
    } as const;
    await expect(kafka({ sasl }).admin().connect()).rejects.toMatchObject({
      name: 'KafkaJSSASLAuthenticationError',
      message: expect.stringMatching(/mechanism/),
    });
  });

  it("lets messages through a mechanism of the application's own", async () => {
    const seen: string[] = [];
    const own: NonNullable<KafkaConfig['sasl']> = {
      mechanism: 'plain',
      authenticationProvider: ({ host, port, logger, saslAuthenticate }) => ({
        authenticate: async () => {
          logger.info('authenticating');
          const bytes = Buffer.from(`\0alice\0${PASSWORD}`);
          const encoded = Buffer.alloc(4 + bytes.length);
          encoded.writeInt32BE(bytes.length, 0);
          bytes.copy(encoded, 4);
          const parsed = await saslAuthenticate({
            request: { encode: () => encoded },
            response: { decode: raw => raw.subarray(4), parse: data => `${data.length} bytes` },
          });
          seen.push(`${host}:${port} ${String(parsed)}`);
        },
      }),
    };
    expect(await roundTrip(kafka({ sasl: own }))).toBe(`secret ${lastId}`);
    expect(new Set(seen)).toEqual(new Set([`${sasl} 0 bytes`]));
    expect(entries.map(({ namespace }) => namespace)).toContain('SaslAuthenticator-PLAIN');
  });

  it('renews a session on the connection that has it (KIP-368), and nothing fails meanwhile', async () => {
    const sockets: Socket[] = [];
    const client = kafka({
      sasl: plain,
      reauthenticationThreshold: 1_000,
      retry: { retries: 0 },
      socketFactory: ({ host, port, ssl, onConnect }) => {
        const socket = connectTls({ host, port, ...ssl }, onConnect);
        sockets.push(socket);
        return socket;
      },
    });
    const admin = client.admin();
    closing.push(admin);
    await admin.connect();
    await admin.describeCluster();
    const open = sockets.filter(({ destroyed }) => !destroyed);
    const start = performance.now();
    while (performance.now() - start < 3 * SESSION) {
      await admin.describeCluster();
      await wait(50);
    }
    expect(open).toHaveLength(1);
    expect(sockets.filter(({ destroyed }) => !destroyed)).toEqual(open);
  });

  it('lets messages through mutual TLS, and only with a certificate', async () => {
    expect(await roundTrip(kafka({ brokers: [mutual], ssl: { ca: [ca], ...client } }))).toBe(`secret ${lastId}`);
    const without = kafka({ brokers: [mutual], retry: { retries: 0 } }).admin();
    await expect(without.connect()).rejects.toThrow(/certificate.*"ssl" option/);
  });

  it('says so when TLS is left out, or asked for where there is none', async () => {
    const retry = { retries: 0 };
    const plainly = new Kafka({ brokers: [sasl], sasl: plain, retry, logLevel: logLevel.NOTHING }).admin();
    await expect(plainly.connect()).rejects.toThrow(/"ssl"/);
    const needlessly = kafka({ brokers: [...cluster.brokers], retry }).admin();
    await expect(needlessly.connect()).rejects.toThrow(/"ssl"/);
  });

  it('creates, describes and deletes ACLs, and the brokers heed them', async () => {
    const admin = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING }).admin();
    closing.push(admin);
    await admin.connect();
    const acl = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: 'forbidden',
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:alice',
      host: '*',
      operation: AclOperationTypes.WRITE,
      permissionType: AclPermissionTypes.DENY,
    } as const;
    await admin.createTopics({ topics: [{ topic: 'forbidden' }] });
    expect(await admin.createAcls({ acl: [acl] })).toBe(true);
    const { resourceType, resourceName, resourcePatternType, ...permission } = acl;
    const described = { resourceType, resourceName, resourcePatternType };
    await until(async () => (await admin.describeAcls(acl)).resources.length > 0, 'the ACL');
    expect((await admin.describeAcls(acl)).resources).toEqual([{ ...described, acls: [permission] }]);

    const producer = kafka({ sasl: plain }).producer({ transactionalId: 'with-acl' });
    closing.push(producer);
    await producer.connect();
    const send = producer.send({ topic: 'forbidden', messages: [{ value: 'no' }] });
    await expect(send).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' });
    const transaction = await producer.transaction();
    const inside = transaction.send({ topic: 'forbidden', messages: [{ value: 'no' }] });
    await expect(inside).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' });
    await expect(transaction.commit()).rejects.toThrow(/cannot be committed/);
    await transaction.abort();

    const { filterResponses } = await admin.deleteAcls({ filters: [acl] });
    expect(filterResponses).toEqual([{ errorCode: 0, matchingAcls: [{ errorCode: 0, ...acl }] }]);
  });
});
