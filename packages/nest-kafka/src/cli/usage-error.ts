/** The command line cannot be meant as it is. */
export class UsageError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'UsageError';
  }
}
