import type { Broker } from '../broker.js';
import { ResourceType } from '../cluster/resource-type.js';
import { ErrorCode } from '../protocol/errors.js';
import { listConfigResourcesCodec } from '../protocol/generated/list-config-resources.js';
import { defineApi } from './api.js';

const { topic, broker: brokers, brokerLogger, clientMetrics, group } = ResourceType;
const listed: readonly number[] = [topic, brokers, brokerLogger, clientMetrics, group];

/**
 * ListConfigResources, v0-1 (KIP-1142; v0 is KIP-1000's ListClientMetricsResources).
 *
 * - The names of what has a configuration, of the types that are asked for or of all. Of client metrics and groups those that
 *   were configured.
 * - UNSUPPORTED_VERSION for a type that has none.
 */
export const listConfigResources = defineApi(listConfigResourcesCodec, {
  handle({ resourceTypes }, { version, broker }) {
    const wanted = version === 0 ? [clientMetrics] : resourceTypes.length === 0 ? listed : [...new Set(resourceTypes)];
    if (!wanted.every(type => listed.includes(type))) {
      return { errorCode: ErrorCode.UNSUPPORTED_VERSION, configResources: [] };
    }
    const configResources = wanted.flatMap(resourceType =>
      namesOf(resourceType, broker).map(resourceName => ({ resourceType, resourceName })),
    );
    return { errorCode: ErrorCode.NONE, configResources };
  },
});

function namesOf(type: number, { cluster, resourceConfigs }: Broker): string[] {
  if (type === topic) return Array.from(cluster.topics, ({ name }) => name);
  if (type === brokers || type === brokerLogger) return cluster.nodesUp.map(({ id }) => String(id));
  return resourceConfigs.names(type);
}
