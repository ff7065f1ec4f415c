import { done, type Route } from '../route.js';

export const connectionRoutes: readonly Route[] = [
  {
    method: 'DELETE',
    path: '/connections',
    handle: ({ kafka }) => {
      kafka.dropConnections();
      return done;
    },
  },
];
