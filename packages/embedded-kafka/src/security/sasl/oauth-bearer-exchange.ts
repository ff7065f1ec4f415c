import { userNamed } from '../principal.js';
import { NO_CHALLENGE, SaslFailure, type SaslExchange, type SaslStep } from './sasl-exchange.js';
import type { BearerToken } from './unsecured-jws.js';

const SASL_NAME = '(?:[\\x01-\\x2b\\x2d-\\x3c\\x3e-\\x7f]|=2C|=3D)+';
const INITIAL = new RegExp(`^n,(?:a=(${SASL_NAME}))?,\\x01((?:[A-Za-z]+=[\\x21-\\x7e \\t\\r\\n]+\\x01)*)\\x01$`);
const BEARER = /^bearer +([-_.a-zA-Z0-9]+)$/i;
const ACKNOWLEDGED = 0x01;

/** Tells the token that a text stands for; a string says what is wrong with it. */
export type VerifyToken = (text: string) => BearerToken | string | Promise<BearerToken | string>;

/**
 * SASL OAUTHBEARER (RFC 7628). States: waiting for the token -> over, or, if it is not valid, waiting for the client to
 * acknowledge that -> failed.
 */
export class OAuthBearerExchange implements SaslExchange {
  private refusal: string | undefined;

  constructor(private readonly verify: VerifyToken) {}

  async step(message: Buffer): Promise<SaslStep> {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined && message.length === 1 && message[0] === ACKNOWLEDGED) {
      throw SaslFailure.toBeTold(refusal);
    }
    const { text, authorizationId } = parseInitial(message);
    const token = await this.verify(text);
    if (typeof token === 'string') {
      this.refusal = '{"status":"invalid_token"}';
      return { challenge: Buffer.from(this.refusal) };
    }
    const { principal, expiresAt } = token;
    if (authorizationId !== '' && authorizationId !== principal) {
      throw SaslFailure.toBeTold(
        `Authentication failed: Client requested an authorization id (${authorizationId}) that is different from the token's principal name (${principal})`,
      );
    }
    return { challenge: NO_CHALLENGE, proved: { principal: userNamed(principal), expiresAt } };
  }
}

function parseInitial(message: Buffer): { text: string; authorizationId: string } {
  const match = INITIAL.exec(message.toString('utf8'));
  if (!match) throw new SaslFailure('Invalid OAUTHBEARER client first message');
  const [, authorizationId = '', pairs = ''] = match;
  const auth = pairs.split('\x01').find(pair => pair.startsWith('auth='));
  if (auth === undefined) throw new SaslFailure("Invalid OAUTHBEARER client first message: 'auth' not specified");
  const text = BEARER.exec(auth.slice('auth='.length))?.[1];
  if (text === undefined) throw new SaslFailure("Invalid OAUTHBEARER client first message: no bearer token in 'auth'");
  return { text, authorizationId };
}
