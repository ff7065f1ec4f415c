import type { BrokerConnectionOptions } from '../wire/broker-connection.js';
import type { AuthenticationProvider } from '../wire/sasl-exchange.js';
import { awsAuthenticationProvider, type AwsCredentials } from './aws-mechanism.js';

export interface OauthbearerProviderResponse {
  value: string;
}

/** Names as in KafkaJS, in either case. */
export type SASLOptions =
  | { mechanism: 'plain'; username: string; password: string }
  | { mechanism: 'scram-sha-256'; username: string; password: string }
  | { mechanism: 'scram-sha-512'; username: string; password: string }
  | { mechanism: 'oauthbearer'; oauthBearerProvider: () => Promise<OauthbearerProviderResponse> }
  | ({ mechanism: 'aws' } & AwsCredentials);

/** A mechanism of the application's own; its name is sent in upper case. */
export interface Mechanism {
  mechanism: string;
  authenticationProvider: AuthenticationProvider;
}

/** The strings that a mechanism cannot do without. */
const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  plain: ['username', 'password'],
  'scram-sha-256': ['username', 'password'],
  'scram-sha-512': ['username', 'password'],
  aws: ['authorizationIdentity', 'accessKeyId', 'secretAccessKey'],
};
const BUILT_IN = [...Object.keys(CREDENTIALS), 'oauthbearer'];

function mechanismOf(sasl: object): string | undefined {
  return 'mechanism' in sasl && typeof sasl.mechanism === 'string' && sasl.mechanism !== ''
    ? sasl.mechanism.toLowerCase()
    : undefined;
}

/** Never prints a value: they are credentials. */
export function saslFaults(sasl: unknown): string[] {
  if (typeof sasl !== 'object' || sasl === null) {
    return ['"sasl" must be an object with a "mechanism"'];
  }
  const mechanism = mechanismOf(sasl);
  if (mechanism === undefined) {
    return [`"sasl.mechanism" must be one of ${BUILT_IN.join(', ')}, or come with an "authenticationProvider"`];
  }
  if ('authenticationProvider' in sasl) {
    return typeof sasl.authenticationProvider === 'function'
      ? []
      : ['"sasl.authenticationProvider" must be a function that returns { authenticate }'];
  }
  const names = Object.hasOwn(CREDENTIALS, mechanism) ? CREDENTIALS[mechanism] : undefined;
  if (names !== undefined) {
    const given = sasl as Readonly<Record<string, unknown>>;
    return names
      .filter(name => typeof given[name] !== 'string')
      .map(name => `"sasl.${name}" must be a string for the mechanism ${mechanism}`);
  }
  if (mechanism === 'oauthbearer') {
    return 'oauthBearerProvider' in sasl && typeof sasl.oauthBearerProvider === 'function'
      ? []
      : ['"sasl.oauthBearerProvider" must be a function that returns { value: token }'];
  }
  return [
    `"sasl.mechanism" ${JSON.stringify(mechanism)} needs an "authenticationProvider"; built in are ${BUILT_IN.join(', ')}`,
  ];
}

/** The checked options in the connection's terms. */
export function resolveSasl(sasl: SASLOptions | Mechanism): NonNullable<BrokerConnectionOptions['sasl']> {
  const mechanism = sasl.mechanism.toUpperCase();
  if ('authenticationProvider' in sasl) {
    return { mechanism, authenticationProvider: sasl.authenticationProvider };
  }
  if ('accessKeyId' in sasl) {
    return { mechanism, authenticationProvider: awsAuthenticationProvider(sasl) };
  }
  if ('oauthBearerProvider' in sasl) {
    const { oauthBearerProvider } = sasl;
    return { mechanism: 'OAUTHBEARER', token: async () => (await oauthBearerProvider()).value };
  }
  const { username, password } = sasl;
  if (mechanism === 'PLAIN') {
    return { mechanism, username, password };
  }
  return { mechanism: mechanism === 'SCRAM-SHA-256' ? mechanism : 'SCRAM-SHA-512', username, password };
}
