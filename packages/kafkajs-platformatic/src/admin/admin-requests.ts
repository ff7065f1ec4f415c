import type { Cluster } from '../cluster/cluster.js';
import { KafkaJSBrokerNotFound } from '../errors/connection-errors.js';
import { protocolErrorDefinition } from '../errors/protocol-error-table.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import type { Logger } from '../logger/logger.js';
import { retry, type RetryPolicy } from '../retry/retry-policy.js';
import type { WireApi } from '../wire/api.js';

export const DEFAULT_TIMEOUT = 5000;

const MOVED_TYPES = new Set(['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'GROUP_LOAD_IN_PROGRESS']);

/** The ways of an admin client's requests to the node that can answer them. Each call here is retried by the policy. */
export class AdminRequests {
  readonly cluster: Cluster;
  readonly logger: Logger;
  readonly #retry: RetryPolicy;

  constructor(cluster: Cluster, policy: RetryPolicy, logger: Logger) {
    this.cluster = cluster;
    this.#retry = policy;
    this.logger = logger;
  }

  /** Repeats an operation of one or more requests. */
  attempt<Result>(operation: () => Promise<Result>): Promise<Result> {
    return retry(this.#retry, operation, this.cluster.signal);
  }

  /** Runs a lookup at the partitions' leaders, with metadata that is read again after an error that says it is stale. */
  atLeaders<Result>(topic: string, look: () => Promise<Result>): Promise<Result> {
    return this.attempt(async () => {
      await this.cluster.metadata([topic], { retry: false });
      return look();
    });
  }

  /** Sends a request to the controller; again to the new one while a code of the response says that it has moved. */
  onController<Args extends readonly unknown[], Response>(
    api: WireApi<Args, Response>,
    args: Args,
    codes: (response: Response) => readonly number[],
  ): Promise<Response> {
    return this.attempt(async () => {
      await this.cluster.metadata([], { retry: false });
      const { controllerId } = this.cluster;
      if (controllerId === undefined) {
        throw new KafkaJSBrokerNotFound('The cluster has no controller at the moment');
      }
      const response = await this.cluster.request(controllerId, 'default', api, ...args);
      const moved = codes(response).find(code => protocolErrorDefinition(code).type === 'NOT_CONTROLLER');
      if (moved !== undefined) {
        throw createProtocolError(moved, api.name);
      }
      return response;
    });
  }

  /** One attempt with the group's coordinator, which is looked up again by the next one if `codes` deny it. */
  async atCoordinator<Args extends readonly unknown[], Response>(
    groupId: string,
    api: WireApi<Args, Response>,
    args: Args,
    codes: (response: Response) => readonly number[],
  ): Promise<Response> {
    const coordinator = await this.cluster.findCoordinator('group', groupId, false);
    const response = await this.cluster.request(coordinator, 'default', api, ...args);
    const denied = codes(response).find(code => MOVED_TYPES.has(protocolErrorDefinition(code).type));
    if (denied !== undefined) {
      this.cluster.forgetCoordinator('group', groupId);
      throw createProtocolError(denied, `Group "${groupId}"`);
    }
    return response;
  }
}
