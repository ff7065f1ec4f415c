import { Controller } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClientKafka, MessagePattern, Payload } from '../src/index.js';
import { type Ground, startGround } from './ground.js';
import { startService } from './service.js';

/** A node costs at most one socket for each kind of traffic; on an embedded broker both ends are in this process. */
const KINDS_OF_TRAFFIC = 4;

let ground: Ground;

beforeAll(async () => {
  ground = await startGround();
});

afterAll(() => ground?.stop());

const sockets = (): number => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;

it('the replies of 50 patterns come through the sockets of one', async ({ skip }) => {
  skip(!ground.direct, 'this engine has no group-less reader');
  const topics = Array.from({ length: 50 }, (_, i) => ground.unique(`pattern-${i}`));
  await Promise.all(topics.flatMap(topic => [ground.createTopic(topic, 1), ground.createTopic(`${topic}.reply`, 3)]));

  @Controller()
  class EchoController {
    @MessagePattern(topics)
    echo(@Payload() payload: unknown): unknown {
      return payload;
    }
  }

  const app = await startService([EchoController], ground.options(ground.unique('echo')));
  const client = new ClientKafka(ground.options(ground.unique('gateway')));
  const ask = (topic: string): Promise<unknown> => firstValueFrom(client.send(topic, { topic }));
  await ask(topics[0] ?? '');
  const forOne = sockets();
  const answers = await Promise.all(topics.map(ask));
  const forFifty = sockets();
  const assigned = Object.keys(client.getConsumerAssignments()).length;
  await client.close();
  await app.close();
  expect(answers).toEqual(topics.map(topic => ({ topic })));
  expect(assigned).toBe(50);
  expect(forFifty - forOne).toBeLessThanOrEqual(2 * KINDS_OF_TRAFFIC);
});
