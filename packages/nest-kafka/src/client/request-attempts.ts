import { isRetriableFailure } from '../driver/retriable-failure.js';

/** The first wait between two attempts, and the longest, in milliseconds. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 1_000;

/**
 * The waits between the attempts to send one request, where the engine has used up its own retries: a request is tried
 * until its deadline, because only then does its caller stop waiting. One that may wait for ever is not tried again, or an
 * outage would be silence.
 */
export class RequestAttempts {
  private wait = FIRST_WAIT;

  constructor(
    /** When the caller stops waiting, milliseconds since the epoch. */
    private readonly deadline: number | undefined,
  ) {}

  /** Resolves when it is time for the next attempt; rejects with the failure if there is none to be made. */
  async next(failure: unknown): Promise<void> {
    if (this.deadline === undefined || !isRetriableFailure(failure)) {
      throw failure;
    }
    // Many requests fail at once when a broker goes; they should not all come back at once.
    const wait = this.wait * (0.5 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    await new Promise(resolve => {
      setTimeout(resolve, wait).unref();
    });
  }
}
