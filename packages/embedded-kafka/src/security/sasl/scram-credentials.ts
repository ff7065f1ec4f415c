import { credentialOfPassword, type ScramCredential } from './scram-credential.js';
import { scramMechanisms, type ScramMechanism } from './scram-mechanism.js';

/** More users than any test has; clients can add them, so there is an end. */
const MAX_CREDENTIALS = 100_000;

export interface DescribedCredential {
  readonly mechanism: ScramMechanism;
  readonly iterations: number;
}

/**
 * The users' SCRAM credentials, for the whole cluster. Those of passwords that were given as options are derived when
 * they are first used: each costs some milliseconds, and most tests use none.
 */
export class ScramCredentials {
  private readonly byMechanism = new Map<ScramMechanism, Map<string, ScramCredential | string>>(
    scramMechanisms.map(mechanism => [mechanism, new Map()]),
  );

  /** Told of every credential that is set, and with undefined of one that is deleted. */
  onChange: (user: string, mechanism: ScramMechanism, credential: ScramCredential | undefined) => void = () =>
    undefined;

  constructor(passwords: Readonly<Record<string, string>> = {}) {
    for (const users of this.byMechanism.values()) {
      for (const [user, password] of Object.entries(passwords)) users.set(user, password);
    }
  }

  get isFull(): boolean {
    let count = 0;
    for (const users of this.byMechanism.values()) count += users.size;
    return count >= MAX_CREDENTIALS;
  }

  get users(): string[] {
    return [...new Set([...this.byMechanism.values()].flatMap(users => [...users.keys()]))];
  }

  has(user: string, mechanism: ScramMechanism): boolean {
    return this.of(mechanism).has(user);
  }

  get(user: string, mechanism: ScramMechanism): ScramCredential | undefined {
    const users = this.of(mechanism);
    const kept = users.get(user);
    if (typeof kept !== 'string') return kept;
    const credential = credentialOfPassword(mechanism, kept);
    users.set(user, credential);
    return credential;
  }

  set(user: string, mechanism: ScramMechanism, credential: ScramCredential): void {
    this.of(mechanism).set(user, credential);
    this.onChange(user, mechanism, credential);
  }

  delete(user: string, mechanism: ScramMechanism): void {
    this.of(mechanism).delete(user);
    this.onChange(user, mechanism, undefined);
  }

  describe(user: string): DescribedCredential[] {
    return scramMechanisms.flatMap(mechanism => {
      const credential = this.get(user, mechanism);
      return credential ? [{ mechanism, iterations: credential.iterations }] : [];
    });
  }

  private of(mechanism: ScramMechanism): Map<string, ScramCredential | string> {
    const users = this.byMechanism.get(mechanism);
    if (!users) throw new RangeError(`${mechanism.name} is no mechanism of SCRAM that is known here`);
    return users;
  }
}
