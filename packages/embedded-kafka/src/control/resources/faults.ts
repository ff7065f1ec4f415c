import type { Fault, InjectedFault } from '../../faults/fault.js';
import type { RunningKafka } from '../../running-kafka.js';
import { ControlError } from '../control-error.js';
import { created, done, ok, type Route } from '../route.js';

export const faultRoutes: readonly Route[] = [
  { method: 'GET', path: '/faults', handle: ({ kafka }) => ok({ faults: kafka.faults.list().map(toJson) }) },
  {
    method: 'POST',
    path: '/faults',
    handle: ({ kafka, body }) => created(toJson(kafka.faults.inject(body as Fault))),
  },
  {
    method: 'DELETE',
    path: '/faults',
    handle: ({ kafka }) => {
      kafka.faults.clear();
      return done;
    },
  },
  { method: 'GET', path: '/faults/:id', handle: ({ kafka, params }) => ok(toJson(faultOf(kafka, params['id']!))) },
  {
    method: 'DELETE',
    path: '/faults/:id',
    handle: ({ kafka, params }) => {
      faultOf(kafka, params['id']!).remove();
      return done;
    },
  },
];

/** One that has hit as often as it was to is no longer there. */
function faultOf({ faults }: RunningKafka, id: string): InjectedFault {
  const fault = faults.list().find(each => String(each.id) === id);
  if (fault !== undefined) return fault;
  throw new ControlError(404, 'UNKNOWN_FAULT', `There is no fault ${id} that can still hit; GET /faults lists them.`);
}

function toJson({ id, hits, fault }: InjectedFault): Record<string, unknown> {
  return { id, hits, fault };
}
