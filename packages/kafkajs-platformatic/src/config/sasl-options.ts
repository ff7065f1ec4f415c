import { KafkaJSNotImplemented } from '../errors/client-errors.js';
import type { BrokerConnectionOptions } from '../wire/broker-connection.js';

export interface OauthbearerProviderResponse {
  value: string;
}

/** Names as in KafkaJS, in either case. */
export type SASLOptions =
  | { mechanism: 'plain'; username: string; password: string }
  | { mechanism: 'scram-sha-256'; username: string; password: string }
  | { mechanism: 'scram-sha-512'; username: string; password: string }
  | { mechanism: 'oauthbearer'; oauthBearerProvider: () => Promise<OauthbearerProviderResponse> }
  | UnsupportedMechanism;

/** KafkaJS's types that compile and are refused at construction: see GAPS.md. */
export type UnsupportedMechanism =
  | {
      mechanism: 'aws';
      authorizationIdentity: string;
      accessKeyId: string;
      secretAccessKey: string;
      sessionToken?: string;
    }
  | { mechanism: string; authenticationProvider: (args: never) => { authenticate: () => Promise<void> } };

const PASSWORD_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

function mechanismOf(sasl: object): string | undefined {
  return 'mechanism' in sasl && typeof sasl.mechanism === 'string' ? sasl.mechanism.toLowerCase() : undefined;
}

/** Never prints a value: they are credentials. */
export function saslFaults(sasl: unknown): string[] {
  if (typeof sasl !== 'object' || sasl === null) {
    return ['"sasl" must be an object with a "mechanism"'];
  }
  const mechanism = mechanismOf(sasl);
  if (mechanism === undefined) {
    return ['"sasl.mechanism" must be one of plain, scram-sha-256, scram-sha-512, oauthbearer'];
  }
  if (PASSWORD_MECHANISMS.some(known => known === mechanism)) {
    const given = sasl as { username?: unknown; password?: unknown };
    return (['username', 'password'] as const)
      .filter(name => typeof given[name] !== 'string')
      .map(name => `"sasl.${name}" must be a string for the mechanism ${mechanism}`);
  }
  if (mechanism === 'oauthbearer') {
    return 'oauthBearerProvider' in sasl && typeof sasl.oauthBearerProvider === 'function'
      ? []
      : ['"sasl.oauthBearerProvider" must be a function that returns { value: token }'];
  }
  return [
    `"sasl.mechanism" ${JSON.stringify(mechanism)} is not supported yet (see GAPS.md): ` +
      'use plain, scram-sha-256, scram-sha-512 or oauthbearer',
  ];
}

/** The checked options in the connection's terms. */
export function resolveSasl(sasl: SASLOptions): NonNullable<BrokerConnectionOptions['sasl']> {
  const mechanism = mechanismOf(sasl);
  if ('oauthBearerProvider' in sasl) {
    const { oauthBearerProvider } = sasl;
    return { mechanism: 'OAUTHBEARER', token: async () => (await oauthBearerProvider()).value };
  }
  if (!('password' in sasl)) {
    throw new KafkaJSNotImplemented(`SASL mechanism "${sasl.mechanism}" is not supported yet`);
  }
  const { username, password } = sasl;
  if (mechanism === 'plain') {
    return { mechanism: 'PLAIN', username, password };
  }
  return { mechanism: mechanism === 'scram-sha-256' ? 'SCRAM-SHA-256' : 'SCRAM-SHA-512', username, password };
}
