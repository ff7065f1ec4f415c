import { firstValueFrom } from 'rxjs';
import { createClient, type ContestantName, type Settings } from '../../contestants.js';
import { createPayload } from '../../payload.js';
import { MEASURED_MS, RATE_MS, WARM_UP_MS } from '../durations.js';
import { measure, repeatAtRate, repeatFor } from '../measure.js';
import type { Result, RoleOf } from '../protocol.js';

interface Requester {
  request(id: number): Promise<void>;
  close(): Promise<void>;
}

async function openRequester(
  contestant: ContestantName,
  settings: Settings,
  topic: string,
  bytes: number,
): Promise<Requester> {
  const client = createClient(contestant, settings);
  client.subscribeToResponseOf(`${topic}.request`);
  await client.connect();
  return {
    async request(id) {
      const answer = await firstValueFrom(client.send<{ id: number }>(`${topic}.request`, createPayload(id, bytes)));
      if (answer.id !== id) {
        throw new Error(`Request ${id} got the answer of ${answer.id}.`);
      }
    },
    close: async () => client.close(),
  };
}

export async function request(role: RoleOf<'request'>): Promise<Result> {
  const { contestant, settings, topic, concurrency, bytes } = role;
  const requester = await openRequester(contestant, settings, topic, bytes);
  await repeatFor(WARM_UP_MS, concurrency, id => requester.request(id));
  const latencies: number[] = [];
  const timed = async (id: number): Promise<void> => {
    const startedAt = performance.now();
    await requester.request(id);
    latencies.push(performance.now() - startedAt);
  };
  const result = await measure(() => repeatFor(MEASURED_MS, concurrency, timed), latencies);
  await requester.close();
  return result;
}

export async function requestRate(role: RoleOf<'request-rate'>): Promise<Result> {
  const { contestant, settings, topic, perSecond, bytes } = role;
  const requester = await openRequester(contestant, settings, topic, bytes);
  await repeatAtRate(perSecond, WARM_UP_MS, id => requester.request(id), []);
  const latencies: number[] = [];
  const result = await measure(
    () => repeatAtRate(perSecond, RATE_MS, id => requester.request(id), latencies),
    latencies,
  );
  await requester.close();
  return result;
}

/** From before the client is made to its first answer, from a service that runs already. */
export async function firstReply({ contestant, settings, topic }: RoleOf<'first-reply'>): Promise<Result> {
  let requester: Requester | undefined;
  const result = await measure(async () => {
    requester = await openRequester(contestant, settings, topic, 200);
    await requester.request(1);
    return 1;
  });
  await requester?.close();
  return result;
}
