import type { AnyApi } from '../../api/api.js';
import { CloseConnectionError } from '../../api/close-connection-error.js';
import { Access } from '../acl/access.js';
import { principalText } from '../principal.js';
import { clusterGuards } from './cluster-guards.js';
import { groupGuards } from './group-guards.js';
import type { Guard } from './guard.js';
import { metadataGuards } from './metadata-guards.js';
import { offsetGuards } from './offset-guards.js';
import { recordGuards } from './record-guards.js';
import { topicAdminGuards } from './topic-admin-guards.js';
import { transactionGuards } from './transaction-guards.js';

/** What each API asks the authorizer, by key: the rules of Apache Kafka's KafkaApis. */
const guards: ReadonlyMap<number, Guard> = new Map([
  ...recordGuards,
  ...metadataGuards,
  ...groupGuards,
  ...offsetGuards,
  ...transactionGuards,
  ...topicAdminGuards,
  ...clusterGuards,
]);

export const hasGuard = (api: AnyApi): boolean => guards.has(api.key);

/**
 * An API whose handler gets to see only what its client is authorized for. Without an authorizer that is everything. An API
 * that has no rule is for super users.
 */
export function authorizedApi(api: AnyApi): AnyApi {
  return {
    ...api,
    handle(request, context) {
      const { broker, connection } = context;
      if (broker.authorizer === undefined) return api.handle(request, context);
      const { principal, clientHost } = connection;
      const access = new Access(broker.authorizer, { principal, host: clientHost.slice(1) });
      const guard = guards.get(api.key);
      if (guard === undefined) {
        if (access.isSuperUser) return api.handle(request, context);
        throw new CloseConnectionError(`${api.name} of ${principalText(principal)} is not authorized: it has no rule`);
      }
      return guard(request, access, context, passed => api.handle(passed, context));
    },
  };
}
