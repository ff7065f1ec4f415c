import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectations, type Behaviour } from './behaviours.ts';
import { isLeftOut, type Client } from './clients.ts';
import { Driver } from './driver.ts';
import { grounds, newPrefix, type StartedGround } from './grounds.ts';

const behaviours = Object.keys(expectations) as Behaviour[];

/** Every behaviour of one client on every ground, with the same expectations. */
export function tryClient(client: Client): void {
  for (const ground of grounds) {
    describe.skipIf(isLeftOut(client))(`${client.name} on ${ground.name}`, () => {
      let started: StartedGround;
      let driver: Driver;
      let prefix: string;
      beforeAll(async () => {
        started = await ground.start();
        driver = new Driver(client.name, client.command(), started.bootstrap);
        prefix = newPrefix(client.name.replaceAll(/[^a-z]+/gi, '-'));
      });
      afterAll(async () => {
        await driver[Symbol.asyncDispose]();
        await started[Symbol.asyncDispose]();
      });

      for (const behaviour of behaviours.filter(each => !client.lacks.includes(each))) {
        it(`observes what every client must: ${behaviour}`, async () => {
          const [scenario = '', ...words] = behaviour.split(' ');
          expect(await driver.run(scenario, prefix, ...words)).toEqual({
            ...expectations[behaviour],
            ...(client.isRepeating && behaviour.startsWith('group') ? { repeated: expect.any(Number) } : {}),
          });
        });
      }
    });
  }
}
