import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WireClient } from '../../../test/support/wire-client.js';
import { EmbeddedKafka } from '../../embedded-kafka.js';
import { ErrorCode } from '../../protocol/errors.js';
import { apiVersionsCodec } from '../../protocol/generated/api-versions.js';
import { metadataCodec } from '../../protocol/generated/metadata.js';
import { saslAuthenticateCodec, type SaslAuthenticateResponse } from '../../protocol/generated/sasl-authenticate.js';
import { saslHandshakeCodec } from '../../protocol/generated/sasl-handshake.js';

const PASSWORD = 'correct-horse';
const plain = (password: string, user = 'alice', authorizationId = ''): Buffer =>
  Buffer.from(`${authorizationId}\0${user}\0${password}`);
const allTopics = { topics: null };
const versions = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };

const jwt = (claims: object, header: object = { alg: 'none' }): string =>
  [header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.';
const bearer = (token: string): Buffer => Buffer.from(`n,,\x01auth=Bearer ${token}\x01\x01`);

describe('a connection to a listener with SASL', () => {
  const log: string[] = [];
  const tell = (message: string): number => log.push(message);
  let kafka: EmbeddedKafka;
  let client: WireClient;

  const start = async (maxReauthMs?: number): Promise<void> => {
    kafka = await EmbeddedKafka.start({
      users: { alice: PASSWORD, bob: PASSWORD },
      listeners: [
        {
          protocol: 'SASL_PLAINTEXT',
          mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
          maxReauthMs,
        },
        { protocol: 'PLAINTEXT' },
      ],
      logger: { debug: tell, info: tell, warn: tell, error: tell },
    });
    client = await connect();
  };
  beforeEach(async () => {
    log.length = 0;
    await start();
  });
  afterEach(async () => {
    client.destroy();
    await kafka.stop();
  });

  const connect = (): Promise<WireClient> => WireClient.connect(kafka.brokers[0] ?? '');
  const handshake = (mechanism: string, version = 1) => client.call(saslHandshakeCodec, version, { mechanism });
  const authenticate = (authBytes: Buffer, version = 2): Promise<SaslAuthenticateResponse> =>
    client.call(saslAuthenticateCodec, version, { authBytes });
  const expectServed = async (): Promise<void> => {
    expect((await client.call(metadataCodec, 9, allTopics)).brokers).toHaveLength(1);
  };

  it('makes who fails to authenticate wait for the answer, as Kafka does, so that passwords cannot be tried fast', async () => {
    await handshake('PLAIN');
    const startedAt = performance.now();
    const { errorCode } = await authenticate(plain('wrong'));
    expect(errorCode).toBe(ErrorCode.SASL_AUTHENTICATION_FAILED);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(98);
  });

  it('tells its versions to strangers, once, and serves them nothing else', async () => {
    const { apiKeys } = await client.call(apiVersionsCodec, 3, versions);
    expect(apiKeys.find(({ apiKey }) => apiKey === 36)).toMatchObject({ minVersion: 0, maxVersion: 2 });
    client.send(apiVersionsCodec, 3, versions);
    await client.closed();

    client = await connect();
    client.send(metadataCodec, 9, allTopics);
    await client.closed();
    expect(log.join('\n')).toMatch(/Metadata came before the client had authenticated/);
  });

  it.each([0, 1, 2])('serves who has shown his password (PLAIN, SaslAuthenticate v%i)', async version => {
    await client.call(apiVersionsCodec, 3, versions);
    const { errorCode, mechanisms } = await handshake('PLAIN');
    expect([errorCode, mechanisms]).toEqual([0, ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']]);
    const answer = await authenticate(plain(PASSWORD), version);
    expect(answer).toMatchObject({ errorCode: 0, errorMessage: null, sessionLifetimeMs: 0n });
    await expectServed();
    await client.call(apiVersionsCodec, 3, versions);
  });

  it('takes tokens without a header after a handshake of version 0', async () => {
    await handshake('PLAIN', 0);
    const token = plain(PASSWORD);
    const length = Buffer.alloc(4);
    length.writeInt32BE(token.length);
    client.socket.write(Buffer.concat([length, token]));
    expect(await client.receiveFrame()).toHaveLength(0);
    await expectServed();

    client = await connect();
    await handshake('PLAIN', 0);
    const wrong = plain('wrong!-horse!');
    client.socket.write(Buffer.concat([length, wrong]));
    await client.closed();
    expect(log.join('\n')).toMatch(/SASL authentication with PLAIN failed/);
  });

  it.each([
    ['a wrong password', plain('wrong'), 'Authentication failed: Invalid username or password'],
    ['a user that does not exist', plain(PASSWORD, 'eve'), 'Authentication failed: Invalid username or password'],
    ['no user', plain(PASSWORD, ''), 'Authentication failed: username not specified'],
    ['no password', plain(''), 'Authentication failed: password not specified'],
    [
      "another's name",
      plain(PASSWORD, 'alice', 'bob'),
      'Authentication failed: Client requested an authorization id that is different from username',
    ],
    ['too few parts', Buffer.from('alice'), 'Invalid SASL/PLAIN response: expected 3 tokens, got 1'],
    ['too many parts', Buffer.from('a\0b\0c\0d\0e'), 'Invalid SASL/PLAIN response: expected 3 tokens, got 4'],
  ])('answers %s with the text of Apache Kafka, then closes', async (_, token, text) => {
    await handshake('PLAIN');
    const { errorCode, errorMessage } = await authenticate(token);
    expect([errorCode, errorMessage]).toEqual([ErrorCode.SASL_AUTHENTICATION_FAILED, text]);
    await client.closed();
    expect(log.join('\n')).toMatch(/SASL authentication with PLAIN failed/);
    expect(log.join('\n')).not.toContain(PASSWORD);
  });

  it('names the mechanisms it has to who asks for another, then closes', async () => {
    const { errorCode, mechanisms } = await handshake('GSSAPI');
    expect([errorCode, mechanisms.length]).toEqual([ErrorCode.UNSUPPORTED_SASL_MECHANISM, 4]);
    await client.closed();
  });

  it('answers what comes in the middle of the authentication with ILLEGAL_SASL_STATE, then closes', async () => {
    await handshake('PLAIN');
    expect((await handshake('PLAIN')).errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    await client.closed();
  });

  it('answers SASL where there is none, or nothing left to prove, with ILLEGAL_SASL_STATE', async () => {
    await handshake('PLAIN');
    await authenticate(plain(PASSWORD), 0);
    expect((await authenticate(plain(PASSWORD))).errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    expect((await handshake('PLAIN')).errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    await expectServed();
    client.destroy();
    client = await WireClient.connect(kafka.addresses('PLAINTEXT')[0] ?? '');
    expect((await handshake('PLAIN')).errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    expect((await authenticate(plain(PASSWORD))).errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    await expectServed();
  });

  /** The client's side of SCRAM (RFC 5802), written apart from the server's. */
  async function scram(digest: 'sha256' | 'sha512', user: string, password: string, tamper = (proof: Buffer) => proof) {
    const bare = `n=${user},r=abcdef`;
    const first = await authenticate(Buffer.from(`n,,${bare}`));
    if (first.errorCode !== 0) return first;
    const challenge = first.authBytes.toString();
    const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(\d+)$/.exec(challenge) ?? [];
    const bytes = digest === 'sha256' ? 32 : 64;
    const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), bytes, digest);
    const clientKey = createHmac(digest, salted).update('Client Key').digest();
    const storedKey = createHash(digest).update(clientKey).digest();
    const signed = `${bare},${challenge},c=biws,r=${nonce}`;
    const signature = createHmac(digest, storedKey).update(signed).digest();
    const proof = tamper(Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))));
    const last = await authenticate(Buffer.from(`c=biws,r=${nonce},p=${proof.toString('base64')}`));
    const serverKey = createHmac(digest, salted).update('Server Key').digest();
    const expected = createHmac(digest, serverKey).update(signed).digest('base64');
    return { ...last, isMutual: last.authBytes.toString() === `v=${expected}` };
  }

  it.each(['sha256', 'sha512'] as const)('proves itself to who proves his password (SCRAM, %s)', async digest => {
    await handshake(digest === 'sha256' ? 'SCRAM-SHA-256' : 'SCRAM-SHA-512');
    expect(await scram(digest, 'alice', PASSWORD)).toMatchObject({ errorCode: 0, isMutual: true });
    await expectServed();
  });

  it.each([
    ['a wrong password', 'alice', 'wrong', undefined],
    ['a user that does not exist', 'eve', PASSWORD, undefined],
    ['a proof of a wrong length', 'alice', PASSWORD, (proof: Buffer) => proof.subarray(1)],
  ])('does not tell who fails at SCRAM what was wrong: %s', async (_, user, password, tamper) => {
    await handshake('SCRAM-SHA-256');
    expect(await scram('sha256', user, password, tamper)).toMatchObject({
      errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED,
      errorMessage:
        'Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256',
    });
    await client.closed();
  });

  it('lets a bearer in for as long as his token lasts (OAUTHBEARER)', async () => {
    await handshake('OAUTHBEARER');
    const exp = Math.floor(Date.now() / 1000) + 600;
    const { errorCode, sessionLifetimeMs } = await authenticate(bearer(jwt({ sub: 'alice', exp })));
    expect(errorCode).toBe(0);
    expect(Number(sessionLifetimeMs)).toBeGreaterThan(590_000);
    expect(Number(sessionLifetimeMs)).toBeLessThanOrEqual(600_000);
    await expectServed();
  });

  it.each([
    ['expired', jwt({ sub: 'alice', exp: 1 })],
    ['signed, which nobody can verify here', jwt({ sub: 'alice', exp: 9e9 }, { alg: 'HS256' })],
    ['without a subject', jwt({ exp: 9e9 })],
    ['from the future', jwt({ sub: 'alice', iat: 8e9, exp: 9e9 })],
    ['no token at all', 'abc'],
  ])('challenges a token that is %s, and fails when the client has seen it', async (_, token) => {
    await handshake('OAUTHBEARER');
    const challenged = await authenticate(bearer(token));
    expect([challenged.errorCode, challenged.authBytes.toString()]).toEqual([0, '{"status":"invalid_token"}']);
    const { errorCode, errorMessage } = await authenticate(Buffer.from([1]));
    expect([errorCode, errorMessage]).toEqual([ErrorCode.SASL_AUTHENTICATION_FAILED, '{"status":"invalid_token"}']);
    await client.closed();
  });

  it('sends away who sends more than a stranger may', async () => {
    client.socket.write(Buffer.from('00100000', 'hex'));
    await client.closed();
    expect(log.join('\n')).toMatch(/claims 1048576 bytes; 8 to 524288 are allowed/);
  });

  describe('whose sessions end (KIP-368)', () => {
    const SESSION_MS = 1_100;
    let first: SaslAuthenticateResponse;
    beforeEach(async () => {
      client.destroy();
      await kafka.stop();
      await start(SESSION_MS);
      await handshake('PLAIN');
      first = await authenticate(plain(PASSWORD));
    });

    it('renews one, and cuts off who does not', async () => {
      expect(first.sessionLifetimeMs).toBe(BigInt(SESSION_MS));
      await expectServed();
      expect((await handshake('PLAIN')).errorCode).toBe(0);
      expect((await authenticate(plain(PASSWORD))).sessionLifetimeMs).toBe(BigInt(SESSION_MS));
      await expectServed();
      await new Promise(resolve => setTimeout(resolve, SESSION_MS + 50));
      client.send(metadataCodec, 9, allTopics);
      await client.closed();
      expect(log.join('\n')).toMatch(/the SASL session of User:alice has expired/);
    });

    it('does not let a client become somebody else', async () => {
      await handshake('PLAIN');
      const { errorCode, errorMessage } = await authenticate(plain(PASSWORD, 'bob'));
      expect([errorCode, errorMessage]).toEqual([
        ErrorCode.SASL_AUTHENTICATION_FAILED,
        'Cannot change principals during re-authentication from User.alice: User.bob',
      ]);
      await client.closed();
    });

    it('does not let a client change its mechanism', async () => {
      expect((await handshake('SCRAM-SHA-256')).errorCode).toBe(0);
      client.send(saslAuthenticateCodec, 2, { authBytes: plain(PASSWORD) });
      await client.closed();
      expect(log.join('\n')).toMatch(/cannot be renewed by another mechanism/);
    });
  });
});
