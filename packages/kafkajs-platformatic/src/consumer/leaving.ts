import type { Logger } from '../logger/logger.js';
import { pause } from './backoff.js';
import { rootOf } from './recoverable.js';

/** Milliseconds that leaving may take; a coordinator that does not answer notices by itself. */
const LEAVE_TIMEOUT = 2_000;

/** Waits until the coordinator knows that a member has left, but not for long. Never rejects. */
export async function acknowledgedLeave(leaving: Promise<unknown>, logger: Logger): Promise<void> {
  const timeout = new AbortController();
  const left = leaving.catch((error: unknown) => {
    logger.debug(`Leaving the group was not acknowledged: ${rootOf(error).message}`);
  });
  await Promise.race([left, pause(LEAVE_TIMEOUT, timeout.signal)]);
  timeout.abort();
}
