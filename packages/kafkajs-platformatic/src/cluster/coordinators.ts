import { createProtocolError } from '../errors/protocol-errors.js';
import { FindCoordinatorApi } from '../wire/apis.js';
import type { BrokerPool } from './broker-pool.js';

export type CoordinatorType = 'group' | 'transaction';

const KEY_TYPES: Readonly<Record<CoordinatorType, number>> = { group: 0, transaction: 1 };

/** Which node coordinates which group or transaction; asked once, forgotten when that node denies it. */
export class Coordinators {
  readonly #brokers: BrokerPool;
  readonly #known = new Map<string, number>();

  constructor(brokers: BrokerPool) {
    this.#brokers = brokers;
  }

  /** Makes one attempt. @throws KafkaJSProtocolError (COORDINATOR_NOT_AVAILABLE is retriable), connection errors. */
  async find(type: CoordinatorType, key: string): Promise<number> {
    const id = `${type}:${key}`;
    const known = this.#known.get(id);
    if (known !== undefined) {
      return known;
    }
    const response = await this.#brokers.withAnyBroker(broker =>
      broker.request('default', FindCoordinatorApi, [KEY_TYPES[type], [key]]),
    );
    const coordinator = response.coordinators[0];
    if (coordinator === undefined) {
      throw createProtocolError(15, `Coordinator of ${type} "${key}"`);
    }
    if (coordinator.errorCode !== 0) {
      throw createProtocolError(coordinator.errorCode, `Coordinator of ${type} "${key}"`, coordinator.errorMessage);
    }
    this.#brokers.add(coordinator);
    this.#known.set(id, coordinator.nodeId);
    return coordinator.nodeId;
  }

  forget(type: CoordinatorType, key: string): void {
    this.#known.delete(`${type}:${key}`);
  }

  forgetNode(nodeId: number): void {
    for (const [id, known] of this.#known) {
      if (known === nodeId) {
        this.#known.delete(id);
      }
    }
  }

  clear(): void {
    this.#known.clear();
  }
}
