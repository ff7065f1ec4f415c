import { ok, type Route } from '../route.js';

/** Whether it is up, and where its brokers are: for scripts that wait for it. */
export const healthRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    handle: ({ kafka }) => {
      const { brokers, nodes, topics, groups } = kafka;
      return ok({ status: 'up', brokers, nodes: nodes.length, topics: topics.length, groups: groups.length });
    },
  },
];
