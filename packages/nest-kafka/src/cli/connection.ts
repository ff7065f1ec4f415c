import { readFileSync } from 'node:fs';
import type { KafkaConfig } from 'kafkajs-platformatic';

/** How the brokers are reached. */
export type Connection = Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

export interface ConnectionFlags {
  readonly brokers?: string | undefined;
  readonly ssl: boolean;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly sasl?: string | undefined;
  readonly username?: string | undefined;
}

/** Flags win over the environment. What is wrong is added to `faults`. */
export function connectionOf(flags: ConnectionFlags, env: NodeJS.ProcessEnv, faults: string[]): Connection {
  const brokers = (flags.brokers ?? env['KAFKA_BROKERS'] ?? '').split(',').filter(broker => broker !== '');
  if (brokers.length === 0) {
    faults.push('--brokers (or KAFKA_BROKERS) must name a broker: host:port');
  }
  const ssl = sslOf(flags, env, faults);
  const sasl = saslOf(flags, env, faults);
  return { brokers, ...(ssl === undefined ? {} : { ssl }), ...(sasl === undefined ? {} : { sasl }) };
}

function sslOf(flags: ConnectionFlags, env: NodeJS.ProcessEnv, faults: string[]): Connection['ssl'] {
  const files = {
    ca: flags.ca ?? env['KAFKA_CA'],
    cert: flags.cert ?? env['KAFKA_CERT'],
    key: flags.key ?? env['KAFKA_KEY'],
  };
  const named = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (named.length === 0) {
    return flags.ssl || env['KAFKA_SSL'] === 'true' ? true : undefined;
  }
  const read: Record<string, string> = {};
  for (const [name, path] of named) {
    try {
      read[name] = readFileSync(path, 'utf8');
    } catch (error) {
      faults.push(`--${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return read;
}

function saslOf(flags: ConnectionFlags, env: NodeJS.ProcessEnv, faults: string[]): Connection['sasl'] {
  const given = flags.sasl ?? env['KAFKA_SASL'];
  if (given === undefined) {
    return undefined;
  }
  const mechanism = MECHANISMS.find(each => each === given.toLowerCase());
  const username = flags.username ?? env['KAFKA_USERNAME'];
  const password = env['KAFKA_PASSWORD'];
  if (mechanism === undefined) {
    faults.push(`--sasl must be ${MECHANISMS.join(', ')}; it is "${given}"`);
  }
  if (username === undefined || password === undefined) {
    faults.push('--sasl needs --username (or KAFKA_USERNAME) and KAFKA_PASSWORD');
  }
  return mechanism === undefined
    ? undefined
    : ({ mechanism, username: username ?? '', password: password ?? '' } as NonNullable<Connection['sasl']>);
}
