import type { AclBinding } from '../security/acl/acl-binding.js';
import type { Authorizer } from '../security/acl/authorizer.js';
import type { ScramCredential } from '../security/sasl/scram-credential.js';
import type { ScramCredentials } from '../security/sasl/scram-credentials.js';
import { scramMechanismOf } from '../security/sasl/scram-mechanism.js';
import type { Journal } from './journal.js';

/** A credential as JSON has it: what can verify a password, never the password. */
interface KeptCredential {
  readonly user: string;
  readonly mechanism: number;
  readonly iterations: number;
  readonly salt: string;
  readonly storedKey: string;
  readonly serverKey: string;
}

/**
 * Who may do what, and how users prove who they are, as far as admin clients have changed it. Users and ACLs of the options are
 * there at every start; a credential that a client has set counts instead of the option's.
 */
export class StoredSecurity {
  constructor(private readonly journal: Journal) {}

  /** Puts back what was kept, and keeps what changes from now on. */
  attach(credentials: ScramCredentials, authorizer: Authorizer | undefined): void {
    const { journal } = this;
    for (const [, value] of journal.entries('scram:')) {
      const { user, mechanism, ...kept } = value as KeptCredential;
      const known = scramMechanismOf(mechanism);
      if (known !== undefined) credentials.set(user, known, credentialOf(kept));
    }
    credentials.onChange = (user, { code }, credential) =>
      journal.put(`scram:${code}:${user}`, credential ? keepCredential(user, code, credential) : null);
    if (authorizer === undefined) return;
    for (const [, acl] of journal.entries('acl:')) authorizer.add(acl as AclBinding);
    authorizer.onChange = (acl, exists) => journal.put(`acl:${JSON.stringify(acl)}`, exists ? acl : null);
  }
}

function keepCredential(
  user: string,
  mechanism: number,
  { iterations, salt, storedKey, serverKey }: ScramCredential,
): KeptCredential {
  return {
    user,
    mechanism,
    iterations,
    salt: salt.toString('base64'),
    storedKey: storedKey.toString('base64'),
    serverKey: serverKey.toString('base64'),
  };
}

function credentialOf({ iterations, salt, storedKey, serverKey }: Omit<KeptCredential, 'user' | 'mechanism'>) {
  return {
    iterations,
    salt: Buffer.from(salt, 'base64'),
    storedKey: Buffer.from(storedKey, 'base64'),
    serverKey: Buffer.from(serverKey, 'base64'),
  };
}
