import { OAuthBearerExchange, type VerifyToken } from './oauth-bearer-exchange.js';
import { PlainExchange } from './plain-exchange.js';
import type { SaslExchange } from './sasl-exchange.js';
import type { SaslMechanisms } from './sasl-session.js';
import type { ScramCredentials } from './scram-credentials.js';
import { ScramExchange } from './scram-exchange.js';
import { scramMechanisms } from './scram-mechanism.js';

/** The mechanisms that there are, by Kafka's names. */
export const saslMechanismNames = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;
export type SaslMechanismName = (typeof saslMechanismNames)[number];

export interface SaslListener {
  readonly mechanisms: readonly SaslMechanismName[];
  readonly maxReauthMs: number;
  /** Passwords by user, for PLAIN. */
  readonly passwords: ReadonlyMap<string, string>;
  /** The cluster's credentials, and those of users that only this listener knows. */
  readonly scram: readonly ScramCredentials[];
  readonly verifyToken: VerifyToken;
}

/** What a listener's connections authenticate with. */
export function saslMechanismsOf(listener: SaslListener): SaslMechanisms {
  const begin = (name: string): SaslExchange => {
    if (name === 'PLAIN') return new PlainExchange(user => listener.passwords.get(user));
    if (name === 'OAUTHBEARER') return new OAuthBearerExchange(listener.verifyToken);
    const mechanism = scramMechanisms.find(each => each.name === name);
    if (!mechanism) throw new RangeError(`SASL mechanism ${name} is not known here`);
    return new ScramExchange(mechanism, user => {
      for (const credentials of listener.scram) {
        const credential = credentials.get(user, mechanism);
        if (credential) return credential;
      }
      return undefined;
    });
  };
  return { names: listener.mechanisms, maxReauthMs: listener.maxReauthMs, begin };
}
