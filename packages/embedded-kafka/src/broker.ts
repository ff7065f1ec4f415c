import type { Clock } from './clock.js';
import type { GroupCoordinator } from './group/group-coordinator.js';
import type { Logger } from './logger.js';

/** The broker's whole state: what handlers work on. */
export interface Broker {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly groups: GroupCoordinator;
}
