import { InvalidOptionsError } from '../errors/invalid-options.error.js';

/** Options of `KafkaMaxRetryExceptionFilter`. */
export interface KafkaMaxRetryOptions {
  /**
   * How long the circuit stays open, in milliseconds: meanwhile a message that fails is skipped at once. A message that
   * is handled closes it earlier.
   *
   * @default 30000
   */
  circuitResetTimeout?: number;
  /**
   * What becomes of a message whose `skipHandler` failed: it is delivered again (`'redeliver'`), so that nothing is lost
   * while, say, the dead letter topic is away; or it is skipped all the same (`'skip'`), with the failure in the log.
   *
   * @default 'redeliver'
   */
  onSkipHandlerError?: 'redeliver' | 'skip';
}

export const DEFAULT_CIRCUIT_RESET_TIMEOUT = 30_000;

/** @throws InvalidOptionsError with everything that is wrong. */
export function checkMaxRetryArguments(
  owner: string,
  maxRetries: unknown,
  skipHandler: unknown,
  { circuitResetTimeout, onSkipHandlerError }: KafkaMaxRetryOptions,
): void {
  const faults: string[] = [];
  if (!Number.isInteger(maxRetries) || (maxRetries as number) < 1) {
    faults.push(`"maxRetries" must be a whole number above 0; it is ${String(maxRetries)}`);
  }
  if (skipHandler !== undefined && typeof skipHandler !== 'function') {
    faults.push(`"skipHandler" must be a function; it is ${typeof skipHandler}`);
  }
  if (circuitResetTimeout !== undefined && !(Number.isFinite(circuitResetTimeout) && circuitResetTimeout >= 0)) {
    faults.push(`"circuitResetTimeout" must be a number of milliseconds from 0; it is ${String(circuitResetTimeout)}`);
  }
  if (onSkipHandlerError !== undefined && !['redeliver', 'skip'].includes(onSkipHandlerError)) {
    faults.push(`"onSkipHandlerError" must be 'redeliver' or 'skip'; it is ${String(onSkipHandlerError)}`);
  }
  if (faults.length > 0) {
    throw new InvalidOptionsError(owner, faults);
  }
}
