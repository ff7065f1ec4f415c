import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { alterUserScramCredentialsV0 } from '@platformatic/kafka';
import { FrameConnection } from '../../src/wire/frame-connection.js';
import { defaultSocketFactory } from '../../src/wire/socket-factory.js';

const MECHANISMS = [
  { mechanism: 1, digest: 'sha256', length: 32 },
  { mechanism: 2, digest: 'sha512', length: 64 },
] as const;
const ITERATIONS = 4096;

/** Gives a user his password for both SCRAM mechanisms, over a listener without authentication. */
export async function createScramUser(broker: string, name: string, password: string): Promise<void> {
  const [host = '', port = ''] = broker.split(':');
  const connection = new FrameConnection(
    { host, port: Number(port) },
    {
      clientId: 'test',
      tls: undefined,
      socketFactory: defaultSocketFactory,
      connectionTimeout: 5_000,
      requestTimeout: 10_000,
      maxInFlight: 1,
      network: undefined,
    },
  );
  await connection.connect();
  // A request may name a user once.
  for (const { mechanism, digest, length } of MECHANISMS) {
    const salt = randomBytes(16);
    const saltedPassword = pbkdf2Sync(password, salt, ITERATIONS, length, digest);
    const credential = { name, mechanism, iterations: ITERATIONS, salt, saltedPassword };
    await alterUserScramCredentialsV0.api.async(connection as never, [], [credential]);
  }
  await connection.close();
}
