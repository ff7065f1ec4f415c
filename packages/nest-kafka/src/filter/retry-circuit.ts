/** What is to happen with a message that failed. */
export type Verdict = 'retry' | 'skip';

/**
 * How often the message at which a partition stands has failed, and whether further failures are worth a retry.
 *
 *     closed ─ a message fails `maxRetries` times ─▶ open ─ a message is handled, or `resetTimeout` passes ─▶ closed
 *
 * Invariants
 * - While `closed`, only failures of one message are counted: another message begins at 1, because a partition gets to it
 *   only when the one before was handled or skipped.
 * - While `open`, every message that fails is skipped at its first failure; the clock goes on from when it opened.
 * - A skipped message is no handled one: it does not close the circuit.
 */
export class RetryCircuit {
  private offset: string | undefined;
  private failures = 0;
  private openedAt: number | undefined;
  private skipped: string | undefined;

  constructor(
    private readonly maxRetries: number,
    private readonly resetTimeout: number,
  ) {}

  get isOpen(): boolean {
    return this.openedAt !== undefined;
  }

  /** How often the present message has failed. */
  get failureCount(): number {
    return this.failures;
  }

  /** Notes a failure. `now` in milliseconds. */
  failed(offset: string, now: number): Verdict {
    if (this.openedAt !== undefined && now - this.openedAt >= this.resetTimeout) {
      this.close();
    }
    if (offset !== this.offset) {
      this.offset = offset;
      this.failures = 0;
    }
    this.failures++;
    return this.openedAt !== undefined || this.failures >= this.maxRetries ? 'skip' : 'retry';
  }

  /** Notes that the failed message was skipped. */
  skip(offset: string, now: number): void {
    this.skipped = offset;
    this.openedAt ??= now;
  }

  /** Notes that the partition got past a message; `true` if that closed the circuit, so that there is nothing to remember. */
  passed(offset: string): boolean {
    if (offset === this.skipped) {
      return false;
    }
    this.close();
    return true;
  }

  private close(): void {
    this.openedAt = undefined;
    this.offset = undefined;
    this.failures = 0;
  }
}
