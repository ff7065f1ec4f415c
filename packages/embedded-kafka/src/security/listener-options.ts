import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { VerifyToken } from './sasl/oauth-bearer-exchange.js';
import { saslMechanismNames, type SaslMechanismName } from './sasl/sasl-mechanisms.js';

/** Kafka's names for what a listener's clients speak. */
export const securityProtocols = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export type SecurityProtocol = (typeof securityProtocols)[number];

/** What a listener of protocol SSL or SASL_SSL shows its clients, and wants from them. PEM texts, as for `node:tls`. */
export interface ListenerTlsOptions extends Pick<
  SecureContextOptions,
  'key' | 'cert' | 'ca' | 'pfx' | 'passphrase' | 'minVersion' | 'maxVersion' | 'ciphers'
> {
  /**
   * Whether clients show a certificate of their own (`ssl.client.auth`). Its subject is their principal on an SSL listener,
   * e.g. `User:CN=alice,O=Heroes`. Default `none`.
   */
  readonly clientAuth?: 'none' | 'requested' | 'required' | undefined;
}

/** One address at which clients are served (`listeners`, `advertised.listeners`). */
export interface ListenerOptions {
  /** Default: the protocol's name. */
  readonly name?: string | undefined;
  readonly protocol: SecurityProtocol;
  /** Address to listen on. Default: the option `host`. */
  readonly host?: string | undefined;
  /** Port to listen on. Default 0: any free one, see `EmbeddedKafka.addresses`. */
  readonly port?: number | undefined;
  /** What clients are told to connect to. Default: the host. */
  readonly advertisedHost?: string | undefined;
  /** Default: the port. */
  readonly advertisedPort?: number | undefined;
  /** Compulsory for SSL and SASL_SSL. */
  readonly tls?: ListenerTlsOptions | undefined;
  /** SASL mechanisms, in the order in which clients are told of them. Default: all but OAUTHBEARER. */
  readonly mechanisms?: readonly SaslMechanismName[] | undefined;
  /** Passwords by user, for PLAIN and SCRAM, that are good on this listener only; besides the option `users`. */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** Verifies tokens of OAUTHBEARER. Default: takes unsecured ones (RFC 7515, `alg: none`), as Kafka's default does. */
  readonly verifyToken?: VerifyToken | undefined;
  /** Milliseconds until a client has to authenticate again (`connections.max.reauth.ms`, KIP-368). Default 0: never. */
  readonly maxReauthMs?: number | undefined;
}

export interface ResolvedListener {
  readonly name: string;
  readonly protocol: SecurityProtocol;
  readonly host: string;
  readonly port: number;
  readonly advertisedHost: string | undefined;
  readonly advertisedPort: number | undefined;
  readonly tls: ListenerTlsOptions | undefined;
  readonly mechanisms: readonly SaslMechanismName[];
  readonly users: Readonly<Record<string, string>>;
  readonly verifyToken: VerifyToken | undefined;
  readonly maxReauthMs: number;
}

const known = new Set<string>([
  'name',
  'protocol',
  'host',
  'port',
  'advertisedHost',
  'advertisedPort',
  'tls',
  'mechanisms',
  'users',
  'verifyToken',
  'maxReauthMs',
]);
const LONGEST_SESSION = 0x7fffffff;

export const hasTls = (protocol: SecurityProtocol): boolean => protocol === 'SSL' || protocol === 'SASL_SSL';
export const hasSasl = (protocol: SecurityProtocol): boolean => protocol.startsWith('SASL_');

/** The listeners, with their defaults. Adds everything that is wrong to `faults`. */
export function resolveListeners(
  listeners: readonly ListenerOptions[],
  host: string,
  users: Readonly<Record<string, string>>,
  faults: string[],
): ResolvedListener[] {
  if (!Array.isArray(listeners) || listeners.length === 0) {
    faults.push('listeners must be an array with at least one { protocol, … }');
    return [];
  }
  const resolved = (listeners as readonly ListenerOptions[]).map((listener, index) => {
    const complain = (fault: string): number => faults.push(`listeners[${index}]${fault}`);
    return resolveListener(listener, host, users, complain);
  });
  const names = resolved.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    faults.push(`listeners has two that are called ${JSON.stringify(name)}: give them different names`);
  }
  return resolved;
}

function resolveListener(
  listener: ListenerOptions,
  host: string,
  users: Readonly<Record<string, string>>,
  complain: (fault: string) => void,
): ResolvedListener {
  const given = (typeof listener === 'object' && listener !== null ? listener : {}) as ListenerOptions;
  for (const name of Object.keys(given)) if (!known.has(name)) complain(`.${name} is not an option`);
  const { protocol } = given;
  if (!securityProtocols.includes(protocol)) {
    complain(`.protocol must be one of ${securityProtocols.join(', ')}, got ${String(protocol)}`);
  }
  for (const [name, max] of [
    ['port', 65_535],
    ['advertisedPort', 65_535],
    ['maxReauthMs', LONGEST_SESSION],
  ] as const) {
    const value: unknown = given[name];
    if (value !== undefined && !(Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max)) {
      complain(`.${name} must be an integer from 0 to ${max}, got ${String(value)}`);
    }
  }
  for (const name of ['name', 'host', 'advertisedHost'] as const) {
    const value: unknown = given[name];
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      complain(`.${name} must be a text that is not empty, got ${String(value)}`);
    }
  }
  const resolved: ResolvedListener = {
    name: given.name ?? protocol,
    protocol,
    host: given.host ?? host,
    port: given.port ?? 0,
    advertisedHost: given.advertisedHost,
    advertisedPort: given.advertisedPort,
    tls: given.tls,
    mechanisms: given.mechanisms ?? ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    users: { ...users, ...given.users },
    verifyToken: given.verifyToken,
    maxReauthMs: given.maxReauthMs ?? 0,
  };
  checkTls(resolved, complain);
  checkSasl(resolved, given, complain);
  return resolved;
}

function checkTls({ protocol, tls }: ResolvedListener, complain: (fault: string) => void): void {
  if (!hasTls(protocol)) {
    if (tls !== undefined) complain(`.tls is of no use with protocol ${protocol}: take SSL or SASL_SSL`);
    return;
  }
  if (tls === undefined || !(tls.pfx ?? (tls.key && tls.cert))) {
    complain(`.tls must have a key and a cert, or a pfx, for protocol ${protocol}`);
    return;
  }
  if (tls.clientAuth !== undefined && !['none', 'requested', 'required'].includes(tls.clientAuth)) {
    complain(`.tls.clientAuth must be none, requested or required, got ${String(tls.clientAuth)}`);
  }
  try {
    createSecureContext(tls);
  } catch (error) {
    complain(`.tls cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkSasl(
  { protocol, mechanisms }: ResolvedListener,
  given: ListenerOptions,
  complain: (fault: string) => void,
): void {
  const { users, verifyToken } = given;
  if (!hasSasl(protocol)) {
    for (const name of ['mechanisms', 'users', 'verifyToken', 'maxReauthMs'] as const) {
      if (given[name] !== undefined) complain(`.${name} is of no use without SASL_PLAINTEXT or SASL_SSL`);
    }
    return;
  }
  const unknown = Array.isArray(mechanisms) ? mechanisms.filter(name => !saslMechanismNames.includes(name)) : ['none'];
  if (unknown.length > 0 || mechanisms.length === 0) {
    complain(`.mechanisms must be some of ${saslMechanismNames.join(', ')}, got ${String(mechanisms)}`);
  }
  if (verifyToken !== undefined && typeof verifyToken !== 'function') complain('.verifyToken must be a function');
  if (users !== undefined) for (const fault of userFaults(users)) complain(`.users ${fault}`);
}

/** Everything that is wrong with passwords by user. */
export function userFaults(users: Readonly<Record<string, string>>): string[] {
  if (typeof users !== 'object' || users === null) return ['must be an object of passwords by user'];
  return Object.entries(users)
    .filter(([name, password]) => name === '' || typeof password !== 'string' || password === '')
    .map(([name]) => `must have a name and a password that are not empty for each user, see ${JSON.stringify(name)}`);
}
