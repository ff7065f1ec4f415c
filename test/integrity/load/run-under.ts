import { setTimeout as wait } from 'node:timers/promises';
import { startService } from './application.js';
import { Load, type LoadOptions } from './load.js';
import { Recorder, type Summary } from './recorder.js';

/** After the last fault, within this everything acknowledged has to be handled. */
const PATIENCE = 60_000;

/** What serves the load: something to close. */
export interface Service {
  close(): Promise<unknown>;
}

export interface Scenario extends Partial<LoadOptions> {
  /** Default: two services in this process. */
  serve?(brokers: readonly string[], recorder: Recorder, client: LoadOptions['client']): Promise<Service[]>;
}

/** Ten emitters and five requesters. */
export const STEADY = { emitters: 10, requesters: 5, pause: 10, requestTimeout: 30_000 } as const;
export const STEADY_TEXT = '10 emitters, 5 requesters, 2 services';

/** Puts a service under load, lets the faults happen, lets everything settle, and tells what became of each message. */
export async function runUnder(
  brokers: readonly string[],
  faults: (recorder: Recorder) => Promise<void>,
  { serve = twoServices, ...load }: Scenario = {},
): Promise<Summary> {
  const recorder = new Recorder();
  const services = await serve(brokers, recorder, load.client);
  const client = new Load(brokers, recorder, { ...STEADY, ...load });
  await client.start();
  await wait(2_000);
  await faults(recorder);
  await client.end();
  for (let waited = 0; !recorder.isQuiet && waited < PATIENCE; waited += 100) {
    await wait(100);
  }
  await Promise.all(services.map(service => service.close()));
  return recorder.summary();
}

async function twoServices(
  brokers: readonly string[],
  recorder: Recorder,
  client: LoadOptions['client'],
): Promise<Service[]> {
  return [await startService(brokers, recorder, client), await startService(brokers, recorder, client)];
}
