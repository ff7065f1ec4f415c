import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { IncrementalAlterConfigsApi } from '../wire/apis.js';
import type { AdminRequests } from './admin-requests.js';
import type { AlterConfigsResponse, ConfigChange, ConfigChanges } from './admin-types.js';
import { altered, byNode, checkResources } from './configs.js';

const OPERATIONS = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

/**
 * Changes what is named and leaves the rest of a resource's configuration as it is (KIP-339).
 * @throws KafkaJSProtocolError naming the first resource that was refused; the others are changed.
 */
export function incrementalAlterConfigs(
  requests: AdminRequests,
  { resources, validateOnly = false }: { resources: ConfigChanges[]; validateOnly?: boolean },
): Promise<AlterConfigsResponse> {
  checkResources(resources);
  for (const { name, changes } of resources) {
    checkChanges(name, changes);
  }
  return requests.attempt(async () => {
    const responses = await Promise.all(
      (await byNode(requests, resources)).map(([nodeId, ofNode]) =>
        requests.cluster.request(
          nodeId,
          'default',
          IncrementalAlterConfigsApi,
          ofNode.map(({ type, name, changes }) => ({
            resourceType: type,
            resourceName: name,
            configs: changes.map(change =>
              change.operation === 'delete'
                ? { name: change.name, configOperation: OPERATIONS.delete }
                : { name: change.name, configOperation: OPERATIONS[change.operation], value: change.value },
            ),
          })),
          validateOnly,
        ),
      ),
    );
    return altered(responses.flatMap(response => response.responses));
  });
}

function checkChanges(resource: string, changes: readonly ConfigChange[]): void {
  if (!Array.isArray(changes)) {
    throw new KafkaJSNonRetriableError(`Invalid changes of resource "${resource}": they must be an array`);
  }
  for (const change of changes as readonly ConfigChange[]) {
    if (typeof change.name !== 'string' || !Object.hasOwn(OPERATIONS, change.operation)) {
      const operations = Object.keys(OPERATIONS).join(', ');
      throw new KafkaJSNonRetriableError(
        `Invalid change of resource "${resource}": it has a name and an operation, one of ${operations}`,
      );
    }
    if (change.operation !== 'delete' && typeof change.value !== 'string') {
      throw new KafkaJSNonRetriableError(
        `Invalid change of "${change.name}" of resource "${resource}": the value to ${change.operation} must be a string`,
      );
    }
  }
}
