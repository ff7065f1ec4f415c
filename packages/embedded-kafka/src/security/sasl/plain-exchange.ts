import { createHash, timingSafeEqual } from 'node:crypto';
import { userNamed } from '../principal.js';
import { NO_CHALLENGE, SaslFailure, type SaslExchange, type SaslStep } from './sasl-exchange.js';

/**
 * SASL PLAIN (RFC 4616), with the texts of Apache Kafka's PlainSaslServer.
 * One message: authorization id (empty, or the user's name), user and password, separated by NUL.
 */
export class PlainExchange implements SaslExchange {
  constructor(private readonly passwordOf: (user: string) => string | undefined) {}

  step(message: Buffer): SaslStep {
    const tokens = message.toString('utf8').split('\0', 5);
    // Like Kafka, which stops counting at the fourth.
    const count = Math.min(tokens.length, 4);
    if (count !== 3) {
      throw SaslFailure.toBeTold(`Invalid SASL/PLAIN response: expected 3 tokens, got ${count}`);
    }
    const [authorizationId = '', user = '', password = ''] = tokens;
    if (user === '') throw SaslFailure.toBeTold('Authentication failed: username not specified');
    if (password === '') throw SaslFailure.toBeTold('Authentication failed: password not specified');
    if (!this.isRight(user, password)) {
      throw SaslFailure.toBeTold('Authentication failed: Invalid username or password');
    }
    if (authorizationId !== '' && authorizationId !== user) {
      throw SaslFailure.toBeTold(
        'Authentication failed: Client requested an authorization id that is different from username',
      );
    }
    return { challenge: NO_CHALLENGE, proved: { principal: userNamed(user) } };
  }

  /** Takes the same time whichever byte is wrong, and for users that there are not. */
  private isRight(user: string, given: string): boolean {
    const expected = this.passwordOf(user);
    const isEqual = timingSafeEqual(digest(given), digest(expected ?? ''));
    return isEqual && expected !== undefined;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
