import { ErrorCode } from '../protocol/errors.js';
import { alterUserScramCredentialsCodec } from '../protocol/generated/alter-user-scram-credentials.js';
import type {
  ScramCredentialDeletion,
  ScramCredentialUpsertion,
} from '../protocol/generated/alter-user-scram-credentials-request.js';
import { credentialOfSaltedPassword } from '../security/sasl/scram-credential.js';
import type { ScramCredentials } from '../security/sasl/scram-credentials.js';
import { MAX_ITERATIONS, MIN_ITERATIONS, scramMechanismOf } from '../security/sasl/scram-mechanism.js';
import { defineApi } from './api.js';

interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string;
}

const refuse = (errorCode: number, errorMessage: string): Refusal => ({ errorCode, errorMessage });

/**
 * AlterUserScramCredentials, v0 (KIP-554).
 *
 * - Each user has his own result, and may occur once in a request, else DUPLICATE_RESOURCE and nothing of his changes.
 * - 4,096 to 16,384 iterations, else UNACCEPTABLE_CREDENTIAL. Only what RFC 5802 lets a server know is kept.
 */
export const alterUserScramCredentials = defineApi(alterUserScramCredentialsCodec, {
  handle({ deletions, upsertions }, { broker }) {
    const credentials = broker.scramCredentials;
    const refusals = new Map<string, Refusal>();
    const changes = new Map<string, () => void>();
    /** As Kafka does it: the first fault of a user counts, and is told only where he was not refused already. */
    const take = (name: string, check: () => Refusal | (() => void)): void => {
      if (refusals.has(name)) return;
      const change = changes.delete(name) ? twice : check();
      if (typeof change === 'function') changes.set(name, change);
      else refusals.set(name, change);
    };
    for (const deletion of deletions) take(deletion.name, () => removal(deletion, credentials));
    for (const upsertion of upsertions) take(upsertion.name, () => replacement(upsertion, credentials));
    for (const change of changes.values()) change();
    return {
      results: [
        ...Array.from(changes.keys(), user => ({ user, errorCode: ErrorCode.NONE, errorMessage: null })),
        ...Array.from(refusals, ([user, refusal]) => ({ user, ...refusal })),
      ],
    };
  },
});

const twice = refuse(ErrorCode.DUPLICATE_RESOURCE, 'A user credential cannot be altered twice in the same request');
const noUser = refuse(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Username must not be empty');
const noMechanism = refuse(ErrorCode.UNSUPPORTED_SASL_MECHANISM, 'Unknown SCRAM mechanism');

function removal(
  { name, mechanism: code }: ScramCredentialDeletion,
  credentials: ScramCredentials,
): Refusal | (() => void) {
  if (name === '') return noUser;
  const mechanism = scramMechanismOf(code);
  if (mechanism === undefined) return noMechanism;
  if (!credentials.has(name, mechanism)) {
    return refuse(ErrorCode.RESOURCE_NOT_FOUND, 'Attempt to delete a user credential that does not exist');
  }
  return () => credentials.delete(name, mechanism);
}

function replacement(
  { name, mechanism: code, iterations, salt, saltedPassword }: ScramCredentialUpsertion,
  credentials: ScramCredentials,
): Refusal | (() => void) {
  if (name === '') return noUser;
  const mechanism = scramMechanismOf(code);
  if (mechanism === undefined) return noMechanism;
  if (iterations < MIN_ITERATIONS) return refuse(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too few iterations');
  if (iterations > MAX_ITERATIONS) return refuse(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too many iterations');
  if (credentials.isFull) return refuse(ErrorCode.POLICY_VIOLATION, 'There are too many SCRAM credentials already');
  return () => {
    // Copied: the salt is a view on the whole frame.
    const credential = credentialOfSaltedPassword(mechanism, saltedPassword, Buffer.from(salt), iterations);
    credentials.set(name, mechanism, credential);
  };
}
