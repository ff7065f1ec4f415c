import type { TlsOptions } from 'node:tls';
import { hasSasl, hasTls, type ResolvedListener } from '../security/listener-options.js';
import { saslMechanismsOf } from '../security/sasl/sasl-mechanisms.js';
import { SaslSession } from '../security/sasl/sasl-session.js';
import { ScramCredentials } from '../security/sasl/scram-credentials.js';
import { readUnsecuredJws } from '../security/sasl/unsecured-jws.js';

/** One address of a broker: what its clients speak, and how they say who they are. */
export interface Listener {
  readonly name: string;
  /** Undefined: not encrypted. */
  readonly tls: TlsOptions | undefined;
  /** A new connection's authentication; undefined without SASL. */
  newSasl(): SaslSession | undefined;
}

/** Makes a listener of its options. `scram`: the cluster's credentials. */
export function createListener(options: ResolvedListener, scram: ScramCredentials, now: () => number): Listener {
  const { name, protocol } = options;
  const mechanisms = hasSasl(protocol)
    ? saslMechanismsOf({
        mechanisms: options.mechanisms,
        maxReauthMs: options.maxReauthMs,
        passwords: new Map(Object.entries(options.users)),
        scram: [scram, new ScramCredentials(options.users)],
        verifyToken: options.verifyToken ?? (token => readUnsecuredJws(token, now())),
      })
    : undefined;
  return {
    name,
    tls: hasTls(protocol) ? tlsOptions(options) : undefined,
    newSasl: () => mechanisms && new SaslSession(mechanisms, now),
  };
}

/** How long a client may take to shake hands. Node's default of two minutes would let strangers hold connections. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

function tlsOptions({ tls = {} }: ResolvedListener): TlsOptions {
  const { clientAuth = 'none', ...secureContext } = tls;
  return {
    ...secureContext,
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'required',
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  };
}
