/** What kept a transaction from its end, though no message is to blame: its work is done again. */
export class Interrupted extends Error {
  constructor(override readonly cause: unknown) {
    super('The transaction was interrupted', { cause });
    this.name = 'Interrupted';
  }
}

/** Does something that is no message's fault when it fails. @throws Interrupted */
export async function orInterrupted<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof Interrupted ? error : new Interrupted(error);
  }
}
