import {
  KafkaJSConnectionClosedError,
  KafkaJSConnectionError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} from '../errors/connection-errors.js';
import { printable } from '../errors/printable.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { KafkaJSMemberIdRequired, KafkaJSProtocolError } from '../errors/protocol-errors.js';
import { protocolErrorDefinition } from '../errors/protocol-error-table.js';
import { AuthenticationFailed, ConnectionLost, RequestTimedOut } from './connection-failures.js';

/** Where an error came from; both go into messages. */
export interface ErrorOrigin {
  readonly host: string;
  readonly port: number;
  /** Undefined while connecting. */
  readonly apiName?: string;
}

const AUTHENTICATION_TYPES = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
]);
const MEMBER_ID_REQUIRED = 79;

/** An error with everything below it in `errors` and `cause`, outermost first. The library hides reasons in both. */
function* flatten(error: unknown, depth = 0): Generator<Error & Record<string, unknown>> {
  if (!(error instanceof Error) || depth > 8) {
    return;
  }
  yield error as Error & Record<string, unknown>;
  if (error instanceof AggregateError) {
    for (const inner of error.errors) {
      yield* flatten(inner, depth + 1);
    }
  }
  yield* flatten(error.cause, depth + 1);
}

/** The host is the one that a broker told of itself or of another. */
const brokerOf = ({ host, port }: ErrorOrigin): string => `${printable(host)}:${port}`;

function deepestMessage(chain: readonly (Error & Record<string, unknown>)[]): string {
  const deepest = chain.at(-1);
  // OpenSSL's messages name its source files; the reason stands beside them.
  const reason = typeof deepest?.['reason'] === 'string' ? deepest['reason'] : deepest?.message;
  return printable(reason ?? 'unknown reason');
}

function socketErrorCode(chain: readonly (Error & Record<string, unknown>)[]): string | undefined {
  const code = chain.findLast(error => typeof error['code'] === 'string')?.['code'];
  return typeof code === 'string' && !code.startsWith('PLT_KFK_') ? code : undefined;
}

/** KafkaJS's error for what stopped a connection from being made. */
export function connectError(error: unknown, origin: ErrorOrigin): Error {
  const chain = [...flatten(error)];
  const broker = brokerOf(origin);
  const refused = chain.find(
    candidate =>
      candidate instanceof AuthenticationFailed ||
      (typeof candidate['apiId'] === 'string' && AUTHENTICATION_TYPES.has(candidate['apiId'])),
  );
  if (refused !== undefined) {
    const server = chain.find(candidate => typeof candidate['serverErrorMessage'] === 'string')?.['serverErrorMessage'];
    const reason = typeof server === 'string' ? printable(server) : deepestMessage(chain);
    return new KafkaJSSASLAuthenticationError(
      `Authentication at ${broker} failed: ${reason}. Check the mechanism and the credentials in the "sasl" option.`,
      { cause: error },
    );
  }
  const code = socketErrorCode(chain);
  return new KafkaJSConnectionError(
    `Could not connect to ${broker}: ${deepestMessage(chain)}. ${nextStep(code, chain)}`,
    code === undefined ? { broker, cause: error } : { broker, code, cause: error },
  );
}

function nextStep(code: string | undefined, chain: readonly Error[]): string {
  if (code === 'ECONNREFUSED') {
    return 'Check that a broker listens there and that "brokers" (and the broker\'s advertised.listeners) name it.';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return 'The host name does not resolve: check "brokers" and the broker\'s advertised.listeners.';
  }
  if (chain.some(error => error.message.includes('TLS') || error.message.includes('SSL'))) {
    return 'Check that "ssl" is set exactly if that listener uses TLS.';
  }
  return 'Check the network, the "brokers", "ssl" and "sasl" options, and "connectionTimeout".';
}

/** KafkaJS's error for what came instead of a response. */
export function requestError(error: unknown, origin: ErrorOrigin): Error {
  const chain = [...flatten(error)];
  const outer = chain[0];
  const broker = brokerOf(origin);
  const protocolError = chain.find(candidate => typeof candidate['apiCode'] === 'number');
  if (protocolError !== undefined) {
    return protocolErrorOf(protocolError, outer?.['response'], origin, broker);
  }
  if (error instanceof RequestTimedOut) {
    const { correlationId, createdAt, sentAt, waited } = error;
    return new KafkaJSRequestTimeoutError(`${origin.apiName} to ${broker} got no answer within ${waited} ms`, {
      broker,
      correlationId,
      createdAt,
      sentAt,
      pendingDuration: sentAt - createdAt,
      cause: error,
    });
  }
  if (error instanceof ConnectionLost) {
    const reason = chain.length > 1 ? `: ${deepestMessage(chain)}` : '';
    // With TLS 1.3 a server refuses a client's certificate when the client believes to be connected.
    const step = reason.includes('certificate') ? '. Check "key" and "cert" in the "ssl" option.' : '';
    return new KafkaJSConnectionClosedError(
      `Connection to ${broker} closed while ${origin.apiName} was under way${reason}${step}`,
      { host: origin.host, port: origin.port, cause: error },
    );
  }
  return new KafkaJSNonRetriableError(
    `${origin.apiName} to ${broker} could not be written or its response not be read: ${printable(outer?.message ?? String(error))}`,
    { cause: error },
  );
}

function protocolErrorOf(
  error: Error & Record<string, unknown>,
  response: unknown,
  origin: ErrorOrigin,
  broker: string,
): KafkaJSProtocolError {
  const code = Number(error['apiCode']);
  const definition = protocolErrorDefinition(code);
  const server = typeof error['serverErrorMessage'] === 'string' ? ` (${printable(error['serverErrorMessage'])})` : '';
  const source = { ...definition, message: `${origin.apiName} at ${broker}: ${definition.message}${server}` };
  const memberId = error['memberId'];
  if (code === MEMBER_ID_REQUIRED && typeof memberId === 'string') {
    return new KafkaJSMemberIdRequired(source, { memberId });
  }
  return new KafkaJSProtocolError(source, { response, cause: error });
}

/** The response inside an error that the library raised because the response holds error codes. */
export function responseWithin(error: unknown): unknown {
  return error instanceof Error && 'response' in error ? error.response : undefined;
}
