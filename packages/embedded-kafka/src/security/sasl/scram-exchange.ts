import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { userNamed } from '../principal.js';
import { SaslFailure, type SaslExchange, type SaslStep } from './sasl-exchange.js';
import type { ScramCredential } from './scram-credential.js';
import type { ScramMechanism } from './scram-mechanism.js';
import { parseClientFinal, parseClientFirst, type ClientFirstMessage } from './scram-messages.js';

interface Begun {
  readonly first: ClientFirstMessage;
  readonly credential: ScramCredential;
  readonly nonce: string;
  readonly serverFirst: string;
}

/**
 * The server's side of SCRAM (RFC 5802). States: waiting for the client's first message -> for its final one -> over.
 * A failure ends it, too.
 */
export class ScramExchange implements SaslExchange {
  private begun: Begun | undefined;

  constructor(
    private readonly mechanism: ScramMechanism,
    private readonly credentialOf: (user: string) => ScramCredential | undefined,
  ) {}

  step(message: Buffer): SaslStep {
    const { begun } = this;
    this.begun = undefined;
    return begun === undefined ? this.begin(message) : this.finish(message, begun);
  }

  private begin(message: Buffer): SaslStep {
    const first = parseClientFirst(message);
    const { user, authorizationId } = first;
    if (first.isToken) throw new SaslFailure('there are no delegation tokens here');
    const credential = this.credentialOf(user);
    if (credential === undefined) {
      throw new SaslFailure(`there are no ${this.mechanism.name} credentials of ${JSON.stringify(user)}`);
    }
    if (authorizationId !== '' && authorizationId !== user) {
      throw SaslFailure.toBeTold(
        'Authentication failed: Client requested an authorization id that is different from username',
      );
    }
    const nonce = first.nonce + randomBytes(24).toString('base64url');
    const { salt, iterations } = credential;
    const serverFirst = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`;
    this.begun = { first, credential, nonce, serverFirst };
    return { challenge: Buffer.from(serverFirst) };
  }

  private finish(message: Buffer, { first, credential, nonce, serverFirst }: Begun): SaslStep {
    const { digest } = this.mechanism;
    const final = parseClientFinal(message);
    if (final.nonce !== nonce) throw new SaslFailure('Invalid client nonce in the final client message.');
    const signed = `${first.bare},${serverFirst},${final.withoutProof}`;
    const clientKey = createHmac(digest, credential.storedKey).update(signed).digest();
    if (final.proof.length !== clientKey.length) throw new SaslFailure('the proof has a wrong length');
    for (let index = 0; index < clientKey.length; index++) clientKey[index]! ^= final.proof[index]!;
    const storedKey = createHash(digest).update(clientKey).digest();
    if (!timingSafeEqual(storedKey, credential.storedKey)) {
      throw new SaslFailure(`the password of ${JSON.stringify(first.user)} is wrong`);
    }
    const signature = createHmac(digest, credential.serverKey).update(signed).digest('base64');
    return { challenge: Buffer.from(`v=${signature}`), proved: { principal: userNamed(first.user) } };
  }
}
