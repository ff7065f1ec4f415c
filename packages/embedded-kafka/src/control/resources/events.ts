import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { brokerEventTypes, type BrokerEvent } from '../../events/broker-event.js';
import { badRequest } from '../control-error.js';
import { unknownName } from '../../options/nearest-name.js';
import type { Route } from '../route.js';

const types = brokerEventTypes;
const SERVER_SENT = 'text/event-stream';

export const eventRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/events',
    /** All events from now on, as lines of JSON, or as server-sent events if that is what the client accepts. */
    handle: async ({ kafka, query, exchange: { request, response } }) => {
      const wanted = wantedTypes(query);
      const isServerSent = request.headers.accept?.includes(SERVER_SENT) === true;
      const events = kafka.events[Symbol.asyncIterator]();
      response.on('close', () => void events.return?.());
      response.setHeader('Content-Type', isServerSent ? SERVER_SENT : 'application/x-ndjson');
      response.setHeader('Cache-Control', 'no-store');
      // Told at once, so that a client knows from when on it misses nothing.
      response.flushHeaders();
      for (let next = await events.next(); next.done !== true; next = await events.next()) {
        if (wanted.has(next.value.type)) await write(response, next.value, isServerSent);
      }
      response.end();
      return undefined;
    },
  },
];

/** A client that does not read makes the broker's own buffer of events go on, which drops the oldest. */
async function write(response: ServerResponse, event: BrokerEvent, isServerSent: boolean): Promise<void> {
  const json = JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  const hasRoom = response.write(isServerSent ? `event: ${event.type}\ndata: ${json}\n\n` : `${json}\n`);
  if (hasRoom || response.destroyed) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  waiting.abort();
}

function wantedTypes(query: URLSearchParams): ReadonlySet<string> {
  const given = query.get('type');
  if (given === null) return new Set(types);
  const names = given.split(',');
  for (const name of names) {
    if (!types.some(type => type === name)) throw badRequest(`type ${name} is none ${unknownName(name, types)}.`);
  }
  return new Set(names);
}
