import type { DriverCapabilities } from '../driver/kafka-driver.js';
import type { ResolvedPolicy } from './policy/resolved-policy.js';

/** What of a policy an engine cannot hold, and why: a sentence each. */
export function* driverFaults(
  { ack, order, batch, transaction }: ResolvedPolicy,
  capabilities: DriverCapabilities | undefined,
): Generator<string> {
  if (transaction !== undefined && capabilities?.claim !== true) {
    yield `"transaction" needs a driver that leaves the offsets of a partition to transactions (capabilities.claim): with this one, its own commits could undo theirs. Use the default driver`;
  }
  if (capabilities?.defer === true) {
    return;
  }
  if (batch !== undefined) {
    yield `"batch" needs a driver whose payload.defer() lets messages of a partition overlap; this driver does not say that it can (capabilities.defer). Use the default driver`;
  }
  if (order !== 'partition') {
    yield `"order" of '${order}' needs a driver whose payload.defer() lets messages of a partition overlap; this driver does not say that it can (capabilities.defer). Use the default driver, or "order" of 'partition'`;
  }
  if (ack === 'manual') {
    yield `"ack" of 'manual' needs a driver that tells when a partition is given up (capabilities.defer): with this one, a message that is never acknowledged would hold up every rebalance. Use the default driver`;
  }
}
