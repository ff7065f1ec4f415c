import { messageOf } from '../../errors/message-of.js';

/** What a dead letter tells of an exception. Characters at most, so that its headers stay small. */
const MAX_MESSAGE = 2_048;
const MAX_STACK = 8_192;

/** An exception in words. */
export interface ExceptionText {
  /** The name of its class. */
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** Nest's `HttpException`, which pipes throw: what is wrong stands in its response. */
interface WithResponse {
  getResponse?(): unknown;
}

/** Describes whatever was thrown. */
export function describeException(exception: unknown): ExceptionText {
  const isObject = typeof exception === 'object' && exception !== null;
  const { constructor, stack } = (isObject ? exception : {}) as { constructor?: { name?: string }; stack?: unknown };
  return {
    name: (isObject ? constructor?.name : undefined) ?? typeof exception,
    message: textOf(exception).slice(0, MAX_MESSAGE),
    stack: (typeof stack === 'string' ? stack : '').slice(0, MAX_STACK),
  };
}

function textOf(exception: unknown): string {
  const response = (exception as WithResponse | null | undefined)?.getResponse;
  if (typeof response === 'function') {
    const { message } = (response.call(exception) ?? {}) as { message?: unknown };
    if (Array.isArray(message)) {
      return message.join('; ');
    }
  }
  if (typeof exception === 'object' && exception !== null && !(exception instanceof Error)) {
    const { message } = exception as { message?: unknown };
    return typeof message === 'string' ? message : asJson(exception);
  }
  return messageOf(exception);
}

function asJson(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Circular: its class is all there is to tell.
    return Object.prototype.toString.call(value);
  }
}
