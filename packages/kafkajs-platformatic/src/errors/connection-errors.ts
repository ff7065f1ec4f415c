import { KafkaJSError, KafkaJSNonRetriableError, type ErrorSource } from './kafkajs-error.js';

/** A broker could not be reached, or the connection to it broke. */
export class KafkaJSConnectionError extends KafkaJSError {
  override readonly name: string = 'KafkaJSConnectionError';
  declare readonly broker: string;
  /** The socket error's code, for example ECONNREFUSED. */
  declare readonly code?: string;

  constructor(
    source: ErrorSource,
    options: { readonly broker?: string; readonly code?: string; readonly cause?: unknown } = {},
  ) {
    super(source, { cause: options.cause });
    if (options.broker !== undefined) {
      this.broker = options.broker;
    }
    if (options.code !== undefined) {
      this.code = options.code;
    }
  }
}

/** The connection was closed while a request was on its way; whether the broker acted on it is unknown. */
export class KafkaJSConnectionClosedError extends KafkaJSConnectionError {
  override readonly name: string = 'KafkaJSConnectionClosedError';
  readonly host: string | undefined;
  readonly port: number | undefined;

  constructor(
    source: ErrorSource,
    { host, port, cause }: { readonly host?: string; readonly port?: number; readonly cause?: unknown } = {},
  ) {
    super(source, { broker: `${host}:${port}`, cause });
    this.host = host;
    this.port = port;
  }
}

/** A broker accepted a request and did not answer in time; whether it acted on it is unknown. */
export class KafkaJSRequestTimeoutError extends KafkaJSError {
  override readonly name: string = 'KafkaJSRequestTimeoutError';
  readonly broker: string;
  readonly correlationId: number;
  readonly createdAt: number;
  readonly sentAt: number;
  readonly pendingDuration: number;

  constructor(
    source: ErrorSource,
    metadata: {
      readonly broker?: string;
      readonly correlationId?: number;
      readonly createdAt?: number;
      readonly sentAt?: number;
      readonly pendingDuration?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(source, { cause: metadata.cause });
    this.broker = metadata.broker ?? '';
    this.correlationId = metadata.correlationId ?? -1;
    this.createdAt = metadata.createdAt ?? 0;
    this.sentAt = metadata.sentAt ?? 0;
    this.pendingDuration = metadata.pendingDuration ?? 0;
  }
}

/** The broker refused the credentials or the mechanism. Never retried: a wrong password stays wrong. */
export class KafkaJSSASLAuthenticationError extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSSASLAuthenticationError';
}

/** No broker with that id or address is known. */
export class KafkaJSBrokerNotFound extends KafkaJSError {
  override readonly name: string = 'KafkaJSBrokerNotFound';
}

/** The cluster has no broker that could take the request. */
export class KafkaJSNoBrokerAvailableError extends KafkaJSError {
  override readonly name: string = 'KafkaJSNoBrokerAvailableError';

  constructor(source: ErrorSource = 'No broker available') {
    super(source);
  }
}

/** The broker offers no version of an API that this client speaks. */
export class KafkaJSServerDoesNotSupportApiKey extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSServerDoesNotSupportApiKey';
  readonly apiKey: number;
  readonly apiName: string;

  constructor(source: ErrorSource, { apiKey, apiName }: { readonly apiKey: number; readonly apiName: string }) {
    super(source);
    this.apiKey = apiKey;
    this.apiName = apiName;
  }
}
