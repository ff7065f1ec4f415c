import { ManualClock } from '../../manual-clock.js';
import { ControlError } from '../control-error.js';
import { integerOf, refuseUnknownFields } from '../request-values.js';
import { ok, type ControlAnswer, type ControlCall, type Route } from '../route.js';

/** A hundred years: what a test may want to see expire. */
const FARTHEST = 100 * 365 * 86_400_000;

export const clockRoutes: readonly Route[] = [
  { method: 'GET', path: '/clock', handle: now },
  {
    method: 'POST',
    path: '/clock/advance',
    handle: async call => {
      const { clock, body } = call;
      refuseUnknownFields(body, ['ms']);
      const ms = integerOf('ms', body['ms'], 0, FARTHEST);
      if (!(clock instanceof ManualClock)) {
        const message = 'Time is the machine’s here. Start it with --manual-clock, or with the option clock.';
        throw new ControlError(409, 'CLOCK_NOT_MANUAL', message);
      }
      await clock.advance(ms);
      return now(call);
    },
  },
];

function now({ clock }: ControlCall): ControlAnswer {
  return ok({ now: clock.now(), isManual: clock instanceof ManualClock });
}
