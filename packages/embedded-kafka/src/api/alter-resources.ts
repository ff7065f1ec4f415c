import type { Broker } from '../broker.js';
import { alterConfigs, type Alteration, type ConfigResource } from '../cluster/config-alteration.js';
import type { ConfigChange } from '../cluster/config-changes.js';
import { ErrorCode } from '../protocol/errors.js';
import { duplicatesOf } from './duplicates.js';

export interface ResourceChanges extends ConfigResource {
  readonly changes: readonly ConfigChange[];
}

interface ResourceAnswer extends ConfigResource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** Alters resource by resource; one that is there twice is refused both times. */
export function alterResources(
  resources: readonly ResourceChanges[],
  how: Pick<Alteration, 'keepsOthers' | 'validateOnly'>,
  { cluster, configs, resourceConfigs, maintenance }: Broker,
): ResourceAnswer[] {
  const duplicates = duplicatesOf(resources.map(keyOf));
  const answers = resources.map(resource => {
    const { resourceType, resourceName, changes } = resource;
    if (duplicates.has(keyOf(resource))) {
      const errorMessage = 'Each resource may be named once only.';
      return { resourceType, resourceName, errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
    }
    const refusal = alterConfigs(resource, changes, { cluster, configs, resourceConfigs, ...how });
    const { errorCode = ErrorCode.NONE, reason: errorMessage = null } = refusal ?? {};
    return { resourceType, resourceName, errorCode, errorMessage };
  });
  if (!how.validateOnly) maintenance.configsChanged();
  return answers;
}

function keyOf({ resourceType, resourceName }: ConfigResource): string {
  return `${resourceType} ${resourceName}`;
}
