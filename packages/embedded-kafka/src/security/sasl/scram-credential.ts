import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { MIN_ITERATIONS, type ScramMechanism } from './scram-mechanism.js';

const SALT_BYTES = 16;

/** What a broker keeps of a password (RFC 5802, section 3): it can verify a client with it, but not pose as one. */
export interface ScramCredential {
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export function credentialOfPassword(mechanism: ScramMechanism, password: string): ScramCredential {
  const salt = randomBytes(SALT_BYTES);
  const { keyBytes, digest } = mechanism;
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, MIN_ITERATIONS, keyBytes, digest);
  return credentialOfSaltedPassword(mechanism, salted, salt, MIN_ITERATIONS);
}

export function credentialOfSaltedPassword(
  { digest }: ScramMechanism,
  saltedPassword: Buffer,
  salt: Buffer,
  iterations: number,
): ScramCredential {
  const clientKey = createHmac(digest, saltedPassword).update('Client Key').digest();
  return {
    salt,
    iterations,
    storedKey: createHash(digest).update(clientKey).digest(),
    serverKey: createHmac(digest, saltedPassword).update('Server Key').digest(),
  };
}
