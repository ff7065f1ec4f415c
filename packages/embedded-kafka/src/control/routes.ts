import { clockRoutes } from './resources/clock.js';
import { connectionRoutes } from './resources/connections.js';
import { eventRoutes } from './resources/events.js';
import { faultRoutes } from './resources/faults.js';
import { groupRoutes } from './resources/groups.js';
import { healthRoutes } from './resources/health.js';
import { nodeRoutes } from './resources/nodes.js';
import { recordRoutes } from './resources/records.js';
import { resetRoutes } from './resources/reset.js';
import { topicRoutes } from './resources/topics.js';
import { ok, type Route } from './route.js';

const resources: readonly Route[] = [
  ...healthRoutes,
  ...topicRoutes,
  ...recordRoutes,
  ...groupRoutes,
  ...faultRoutes,
  ...nodeRoutes,
  ...connectionRoutes,
  ...clockRoutes,
  ...eventRoutes,
  ...resetRoutes,
];

/** All that the control interface serves; docs/reference/embedded-kafka-control.md has the same, which a test holds. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    handle: () => ok({ routes: resources.map(({ method, path }) => `${method} ${path}`) }),
  },
  ...resources,
];
