import { done, type Route } from '../route.js';

export const resetRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/reset',
    handle: async ({ kafka }) => {
      await kafka.reset();
      return done;
    },
  },
];
