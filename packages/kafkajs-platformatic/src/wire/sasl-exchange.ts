import type { Logger } from '../logger/logger.js';
import type { BrokerAddress } from './broker-address.js';
import { AuthenticationFailed, ConnectionLost, RequestTimedOut } from './connection-failures.js';
import {
  apiVersionsV0,
  saslAuthenticateV0,
  saslAuthenticateV1,
  saslAuthenticateV2,
  saslHandshakeV1,
  saslOAuthBearer,
  saslPlain,
  saslScramSha,
  type Connection,
} from './platformatic.js';
import type { RequestChannel } from './request-channel.js';
import { checkServerFirst } from './scram-server-first.js';

/** KafkaJS's contract for a mechanism of the application's own; bytes carry their length in four bytes before them. */
export type AuthenticationProvider = (args: {
  host: string;
  port: number;
  logger: Logger;
  saslAuthenticate: <Parsed>(args: {
    request: { encode: () => Buffer | Promise<Buffer> };
    response?: { decode: (rawResponse: Buffer) => Buffer | Promise<Buffer>; parse: (data: Buffer) => Parsed };
  }) => Promise<Parsed | void>;
}) => { authenticate: () => Promise<void> };

/** The client's side of a SASL exchange. */
export type SaslMechanism =
  | { readonly mechanism: 'PLAIN'; readonly username: string; readonly password: string }
  | { readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; readonly username: string; readonly password: string }
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: () => Promise<string> }
  | { readonly mechanism: string; readonly authenticationProvider: AuthenticationProvider };

type AuthenticateApi = typeof saslAuthenticateV2.api;

const SASL_AUTHENTICATE = 36;
const LENGTH_SIZE = 4;

/**
 * Authenticates a connection, for the first time or again (KIP-368).
 * @returns milliseconds for which the broker holds the session good; 0: for ever
 * @throws AuthenticationFailed; ConnectionLost and RequestTimedOut, which say nothing about the credentials
 */
export async function authenticate(
  channel: RequestChannel,
  sasl: SaslMechanism,
  address: BrokerAddress,
  logger: Logger,
): Promise<number> {
  // The library's functions ask of a connection what a channel has, and no more.
  const connection = channel as unknown as Connection;
  let lifetime = 0n;
  try {
    const api = await chooseApi(connection);
    const unreadable = Promise.withResolvers<never>();
    let isFirst = true;
    // Every answer of the exchange passes here; the last one says how long the session is good.
    const observed = ((target: Connection, bytes: Buffer, callback: Parameters<AuthenticateApi>[2]): void => {
      api(target, bytes, (error, response) => {
        try {
          lifetime = response?.sessionLifetimeMs ?? lifetime;
          if (isFirst && response !== undefined && isScram(sasl)) {
            checkServerFirst(response.authBytes);
          }
          isFirst = false;
          callback?.(error, response);
        } catch (refusal) {
          // The library throws, where it was called back, for an answer that it cannot read.
          unreadable.reject(refusal);
        }
      });
    }) as AuthenticateApi;
    await saslHandshakeV1.api.async(connection, sasl.mechanism);
    await Promise.race([exchange(connection, sasl, observed, address, logger), unreadable.promise]);
  } catch (error) {
    if (isOfNetwork(error)) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new AuthenticationFailed(reason, { cause: error });
  }
  return Number(lifetime);
}

/** The library's SCRAM, not one of the application's own. */
const isScram = (sasl: SaslMechanism): boolean => 'password' in sasl && sasl.mechanism !== 'PLAIN';

/** Brokers tell their versions before anybody is authenticated, so that clients can choose. */
async function chooseApi(connection: Connection): Promise<AuthenticateApi> {
  const { apiKeys } = await apiVersionsV0.api.async(connection, '', '');
  const newest = apiKeys.find(({ apiKey }) => apiKey === SASL_AUTHENTICATE)?.maxVersion ?? 0;
  if (newest >= 2) {
    return saslAuthenticateV2.api;
  }
  return (newest === 1 ? saslAuthenticateV1.api : saslAuthenticateV0.api) as AuthenticateApi;
}

async function exchange(
  connection: Connection,
  sasl: SaslMechanism,
  api: AuthenticateApi,
  address: BrokerAddress,
  logger: Logger,
): Promise<void> {
  if ('authenticationProvider' in sasl) {
    await exchangeByProvider(connection, sasl, api, address, logger);
  } else if (sasl.mechanism === 'OAUTHBEARER') {
    const { authBytes } = await saslOAuthBearer.authenticate(api, connection, await sasl.token(), {});
    // RFC 7628: a server that refuses a token says why in a successful answer, and fails the next message.
    if (authBytes.length > 0) {
      throw new Error(`the token was refused: ${authBytes.toString('utf8').slice(0, 200)}`);
    }
  } else if (sasl.mechanism === 'PLAIN') {
    await saslPlain.authenticate(api, connection, sasl.username, sasl.password);
  } else {
    const algorithm = sasl.mechanism === 'SCRAM-SHA-256' ? 'SHA-256' : 'SHA-512';
    await saslScramSha.authenticate(api, connection, algorithm, sasl.username, sasl.password);
  }
}

async function exchangeByProvider(
  connection: Connection,
  { mechanism, authenticationProvider }: Extract<SaslMechanism, { readonly authenticationProvider: unknown }>,
  api: AuthenticateApi,
  { host, port }: BrokerAddress,
  logger: Logger,
): Promise<void> {
  const authenticator = authenticationProvider({
    host,
    port,
    logger: logger.namespace(`SaslAuthenticator-${mechanism}`),
    saslAuthenticate: async ({ request, response }) => {
      const { authBytes } = await send(api, connection, withoutLength(await request.encode()));
      return response === undefined ? undefined : response.parse(await response.decode(withLength(authBytes)));
    },
  });
  await authenticator.authenticate();
}

function send(api: AuthenticateApi, connection: Connection, bytes: Buffer): Promise<{ readonly authBytes: Buffer }> {
  return new Promise((resolve, reject) => {
    api(connection, bytes, (error, response) => {
      if (error === null && response !== undefined) {
        resolve(response);
      } else {
        reject(error ?? new Error('the broker sent no response'));
      }
    });
  });
}

function withoutLength(encoded: Buffer): Buffer {
  if (encoded.length < LENGTH_SIZE || encoded.readInt32BE(0) !== encoded.length - LENGTH_SIZE) {
    throw new Error('request.encode() must return its bytes behind their length in four bytes (big endian)');
  }
  return encoded.subarray(LENGTH_SIZE);
}

function withLength(bytes: Buffer): Buffer {
  const encoded = Buffer.allocUnsafe(LENGTH_SIZE + bytes.length);
  encoded.writeInt32BE(bytes.length, 0);
  bytes.copy(encoded, LENGTH_SIZE);
  return encoded;
}

function isOfNetwork(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (at instanceof ConnectionLost || at instanceof RequestTimedOut) {
      return true;
    }
  }
  return false;
}
