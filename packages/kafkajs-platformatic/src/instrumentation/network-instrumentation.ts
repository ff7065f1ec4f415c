import type { NetworkEvent, NetworkListener } from '../wire/network-events.js';
import type { InstrumentationEmitter } from './instrumentation-emitter.js';

/** KafkaJS's REQUEST, REQUEST_TIMEOUT and REQUEST_QUEUE_SIZE events of whatever has connections. */
export function networkInstrumentation(
  emitter: InstrumentationEmitter,
  events: Readonly<Record<NetworkEvent, string>>,
): NetworkListener {
  return {
    wants: event => emitter.hasListeners(events[event]),
    notify: (event, payload) => emitter.emit(events[event], payload),
  };
}
