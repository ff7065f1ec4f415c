import type { ConnectionOptions } from 'node:tls';
import { parseBrokerAddress } from '../cluster/broker-address.js';
import { KafkaJSConnectionError } from '../errors/connection-errors.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { createLogger, type logCreator, type logLevel } from '../logger/logger.js';
import { anything, isBoolean, isFunction, isIntegerFrom, isString, optionFaults, throwFaults } from './option-check.js';
import type { OptionChecks } from './option-check.js';
import type { ResolvedClientConfig } from './resolved-config.js';
import { resolveRetryPolicy, retryFaults, type RetryOptions } from './retry-options.js';
import type { SocketFactory, SocketFactoryArgs } from '../wire/socket-factory.js';
import { resolveSasl, saslFaults, type Mechanism, type SASLOptions } from './sasl-options.js';

export type BrokersFunction = () => string[] | Promise<string[]>;

export type ISocketFactoryArgs = SocketFactoryArgs;
export type ISocketFactory = SocketFactory;

/** Options of a client, as in KafkaJS. Times in milliseconds. */
export interface KafkaConfig {
  /** "host:port" of some brokers, or a function that finds them. */
  brokers: string[] | BrokersFunction;
  ssl?: ConnectionOptions | boolean;
  sasl?: SASLOptions | Mechanism;
  /** Default "kafkajs". */
  clientId?: string;
  /** For TCP and TLS. Default 1000. */
  connectionTimeout?: number;
  /** For SASL. Default 10000. */
  authenticationTimeout?: number;
  /** How long before its end a SASL session is renewed; not before half of its lifetime. Default 10000. */
  reauthenticationThreshold?: number;
  /** Default 30000. */
  requestTimeout?: number;
  /** False lets requests wait for ever. Default true. */
  enforceRequestTimeout?: boolean;
  retry?: RetryOptions;
  /** Makes the sockets: for a proxy, say. It is given `ssl` and has to do the TLS handshake itself. */
  socketFactory?: ISocketFactory;
  /** Default INFO. */
  logLevel?: logLevel;
  logCreator?: logCreator;
}

const LONGEST_TIMER = 2_147_483_647;

const CHECKS: OptionChecks<KafkaConfig> = {
  brokers: anything,
  ssl: value =>
    typeof value === 'boolean' || (typeof value === 'object' && value !== null)
      ? undefined
      : 'true, false or an object of TLS options',
  sasl: anything,
  clientId: isString,
  connectionTimeout: isIntegerFrom(1),
  authenticationTimeout: isIntegerFrom(1),
  reauthenticationThreshold: isIntegerFrom(0),
  requestTimeout: isIntegerFrom(1),
  enforceRequestTimeout: isBoolean,
  retry: anything,
  socketFactory: isFunction,
  logLevel: value => ([0, 1, 2, 4, 5].includes(value as number) ? undefined : 'one of logLevel (0, 1, 2, 4, 5)'),
  logCreator: isFunction,
};

/** @throws KafkaJSConfigurationError listing every fault. */
export function resolveClientConfig(config: KafkaConfig): ResolvedClientConfig {
  throwFaults('KafkaConfig', clientFaults(config));
  const { brokers, ssl, sasl, enforceRequestTimeout = true } = config;
  const requestTimeout = enforceRequestTimeout ? (config.requestTimeout ?? 30_000) : LONGEST_TIMER;
  return {
    clientId: config.clientId ?? 'kafkajs',
    brokers: typeof brokers === 'function' ? () => askBrokers(brokers, requestTimeout) : async () => brokers,
    tls: ssl === true ? {} : ssl === false ? undefined : ssl,
    sasl: sasl === undefined ? undefined : resolveSasl(sasl),
    socketFactory: config.socketFactory,
    reauthenticationThreshold: config.reauthenticationThreshold ?? 10_000,
    connectionTimeout: config.connectionTimeout ?? 1000,
    authenticationTimeout: config.authenticationTimeout ?? 10_000,
    requestTimeout,
    retry: resolveRetryPolicy(config.retry),
    logger: createLogger({ level: config.logLevel, logCreator: config.logCreator }),
  };
}

function clientFaults(config: KafkaConfig): string[] {
  const faults = optionFaults(config, CHECKS);
  if (typeof config !== 'object' || config === null) {
    return faults;
  }
  if (typeof config.brokers !== 'function') {
    faults.push(...brokerFaults(config.brokers));
  }
  if (config.sasl !== undefined) {
    faults.push(...saslFaults(config.sasl));
  }
  faults.push(...retryFaults(config.retry));
  return faults;
}

function brokerFaults(brokers: unknown): string[] {
  if (!Array.isArray(brokers) || brokers.length === 0) {
    return ['"brokers" must be a non-empty array of "host:port", or a function that returns one'];
  }
  const faults: string[] = [];
  for (const [index, address] of brokers.entries()) {
    try {
      parseBrokerAddress(typeof address === 'string' ? address : '');
    } catch (error) {
      faults.push(`"brokers[${index}]": ${(error as Error).message}`);
    }
  }
  return faults;
}

async function askBrokers(find: BrokersFunction, patience: number): Promise<readonly string[]> {
  let brokers: unknown;
  try {
    brokers = await settledWithin(find, patience);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KafkaJSConnectionError(`The "brokers" function failed: ${reason}`, { cause: error });
  }
  const faults = brokerFaults(brokers);
  if (faults.length > 0) {
    throw new KafkaJSNonRetriableError(`The "brokers" function returned no brokers: ${faults.join('; ')}`);
  }
  return brokers as string[];
}

/** A function of the application may never settle, and everything that needs a broker would wait with it. */
async function settledWithin<Result>(task: () => Result | Promise<Result>, milliseconds: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`it has not answered within ${milliseconds} ms (requestTimeout)`)),
    milliseconds,
  );
  try {
    return await Promise.race([task(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
