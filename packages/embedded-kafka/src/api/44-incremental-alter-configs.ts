import { incrementalAlterConfigsCodec } from '../protocol/generated/incremental-alter-configs.js';
import { alterResources } from './alter-resources.js';
import { defineApi } from './api.js';

/**
 * IncrementalAlterConfigs, v0-1 (KIP-339).
 *
 * - Sets, deletes, appends to or subtracts from configurations of topics (2) and brokers (4; an empty name for all of
 *   them). Each resource has its own answer, and either all of its changes are made or none. They count at once.
 * - A bad value of a topic is INVALID_CONFIG, of a broker INVALID_REQUEST; so is what cannot change while a broker runs, a
 *   name that is given twice, and a resource that is given twice. A broker takes names that it does not know.
 * - `validateOnly` checks and changes nothing.
 */
export const incrementalAlterConfigs = defineApi(incrementalAlterConfigsCodec, {
  handle({ resources, validateOnly }, { broker }) {
    const wanted = resources.map(({ configs, ...resource }) => ({
      ...resource,
      changes: configs.map(({ name, value, configOperation }) => ({ name, value, operation: configOperation })),
    }));
    return { responses: alterResources(wanted, { keepsOthers: true, validateOnly }, broker) };
  },
});
