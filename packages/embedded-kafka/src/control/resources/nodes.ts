import { integerOf, integerOfText, refuseUnknownFields } from '../request-values.js';
import type { JsonObject } from '../json-body.js';
import { done, ok, type Route } from '../route.js';

const MAX_ID = 0x7fffffff;

/** The brokers of the cluster, and who leads what. */
export const nodeRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes', handle: ({ kafka }) => ok({ nodes: kafka.nodes }) },
  {
    method: 'POST',
    path: '/nodes/:node/stop',
    handle: async ({ kafka, params }) => {
      await kafka.stopNode(integerOfText('node', params['node']!, 0, MAX_ID));
      return done;
    },
  },
  {
    method: 'POST',
    path: '/nodes/:node/start',
    handle: async ({ kafka, params }) => {
      await kafka.startNode(integerOfText('node', params['node']!, 0, MAX_ID));
      return done;
    },
  },
  {
    method: 'GET',
    path: '/topics/:topic/partitions/:partition/leader',
    handle: ({ kafka, params }) =>
      ok({ node: kafka.leaderOf(params['topic']!, integerOfText('partition', params['partition']!, 0, MAX_ID)) }),
  },
  {
    method: 'PUT',
    path: '/topics/:topic/partitions/:partition/leader',
    handle: async ({ kafka, params, body }) => {
      const partition = integerOfText('partition', params['partition']!, 0, MAX_ID);
      await kafka.moveLeader(params['topic']!, partition, nodeOf(body));
      return done;
    },
  },
  {
    method: 'PUT',
    path: '/groups/:group/coordinator',
    handle: async ({ kafka, params, body }) => {
      await kafka.moveGroupCoordinator(params['group']!, nodeOf(body));
      return done;
    },
  },
  {
    method: 'PUT',
    path: '/transactions/:transaction/coordinator',
    handle: async ({ kafka, params, body }) => {
      await kafka.moveTransactionCoordinator(params['transaction']!, nodeOf(body));
      return done;
    },
  },
];

function nodeOf(body: JsonObject): number {
  refuseUnknownFields(body, ['node']);
  return integerOf('node', body['node'], 0, MAX_ID);
}
