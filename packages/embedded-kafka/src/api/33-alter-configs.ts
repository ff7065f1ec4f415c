import { ConfigOperation } from '../cluster/config-changes.js';
import { alterConfigsCodec } from '../protocol/generated/alter-configs.js';
import { alterResources } from './alter-resources.js';
import { defineApi } from './api.js';

/**
 * AlterConfigs, v0-2.
 *
 * - The configuration of a topic or of brokers becomes what is named; what was set before and is not named is gone. That
 *   is why IncrementalAlterConfigs exists, whose rules are the same otherwise.
 */
export const alterConfigs = defineApi(alterConfigsCodec, {
  handle({ resources, validateOnly }, { broker }) {
    const wanted = resources.map(({ configs, ...resource }) => ({
      ...resource,
      changes: configs.map(({ name, value }) => ({ name, value, operation: ConfigOperation.set })),
    }));
    return { responses: alterResources(wanted, { keepsOthers: false, validateOnly }, broker) };
  },
});
