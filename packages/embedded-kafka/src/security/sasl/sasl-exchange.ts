import type { Principal } from '../principal.js';

/** What came of one message of the client. */
export interface SaslStep {
  /** Goes back to the client. */
  readonly challenge: Buffer;
  /** Set once the client has proved who he is. */
  readonly proved?: ProvedIdentity;
}

export interface ProvedIdentity {
  readonly principal: Principal;
  /** When what he proved it with expires, in milliseconds since the epoch. */
  readonly expiresAt?: number | undefined;
}

/** One run of a mechanism, from the client's first message to its last. */
export interface SaslExchange {
  /** @throws SaslFailure, after which the exchange is over */
  step(message: Buffer): SaslStep | Promise<SaslStep>;
}

/**
 * The client has not proved who he is.
 *
 * `told` is what he gets to read. Where it is undefined he gets the same text for every cause, since the cause itself
 * (say, that there is no such user) must not be told to strangers; the log has `message` either way.
 */
export class SaslFailure extends Error {
  override readonly name = 'SaslFailure';

  constructor(
    message: string,
    readonly told?: string,
  ) {
    super(message);
  }

  static toBeTold(message: string): SaslFailure {
    return new SaslFailure(message, message);
  }
}

export const NO_CHALLENGE = Buffer.alloc(0);
