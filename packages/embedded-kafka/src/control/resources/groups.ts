import type { UntilConsumedOptions } from '../../events/consumption.js';
import type { GroupStatus } from '../../direct/group-status.js';
import type { RunningKafka } from '../../running-kafka.js';
import { badRequest, ControlError } from '../control-error.js';
import { integerOf, refuseUnknownFields } from '../request-values.js';
import { done, ok, type Route } from '../route.js';

const LONGEST_WAIT = 600_000;

export const groupRoutes: readonly Route[] = [
  { method: 'GET', path: '/groups', handle: ({ kafka }) => ok({ groups: kafka.groups }) },
  {
    method: 'GET',
    path: '/groups/:group',
    handle: ({ kafka, params }) => {
      const group = groupOf(kafka, params['group']!);
      const partitions = kafka.lag(group.group);
      const coordinator = kafka.groupCoordinatorOf(group.group);
      return ok({ ...group, coordinator, lag: partitions.reduce((sum, { lag }) => sum + lag, 0), partitions });
    },
  },
  {
    method: 'DELETE',
    path: '/groups/:group',
    handle: async ({ kafka, params }) => {
      await kafka.deleteGroup(groupOf(kafka, params['group']!).group);
      return done;
    },
  },
  {
    method: 'POST',
    path: '/groups/:group/until-consumed',
    handle: async ({ kafka, params, body }) => {
      refuseUnknownFields(body, ['topics', 'timeoutMs']);
      const { topics, timeoutMs = 10_000 } = body;
      if (topics !== undefined && !(Array.isArray(topics) && topics.every(topic => typeof topic === 'string'))) {
        throw badRequest('topics must be an array of names.');
      }
      const options: UntilConsumedOptions = {
        topics: topics as readonly string[] | undefined,
        timeoutMs: integerOf('timeoutMs', timeoutMs, 0, LONGEST_WAIT),
      };
      await kafka.untilConsumed(params['group']!, options);
      return done;
    },
  },
];

function groupOf({ groups }: RunningKafka, name: string): GroupStatus {
  const group = groups.find(each => each.group === name);
  if (group !== undefined) return group;
  const known = groups.slice(0, 10).map(each => each.group);
  throw new ControlError(
    404,
    'UNKNOWN_GROUP',
    `There is no group ${JSON.stringify(name)}; there is ${known.join(', ') || 'none'}.`,
  );
}
