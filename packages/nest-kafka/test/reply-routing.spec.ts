import { Controller, type INestMicroservice } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientKafka, MessagePattern, NoReplyPartitionError, Payload } from '../src/index.js';
import { type Ground, startGround } from './ground.js';
import { startService } from './service.js';

let ground: Ground;
let app: INestMicroservice;
let topic: string;
let lateTopic: string;

beforeAll(async () => {
  ground = await startGround();
  topic = ground.unique('routed');
  lateTopic = ground.unique('routed-late');
  for (const name of [topic, lateTopic]) {
    await ground.createTopic(name, 3);
  }
  await ground.createTopic(`${topic}.reply`, 3);

  @Controller()
  class EchoController {
    @MessagePattern(topic)
    echo(@Payload() payload: unknown): unknown {
      return payload;
    }

    @MessagePattern(lateTopic)
    echoLate(@Payload() payload: unknown): unknown {
      return payload;
    }
  }
  app = await startService([EchoController], ground.options(ground.unique('echo')));
});

afterAll(async () => {
  await app?.close();
  await ground?.stop();
});

/** How many of the replies are those that were asked for. */
async function echoAll(clients: ClientKafka[], pattern: string, count: number): Promise<number> {
  const requests = clients.flatMap((client, c) =>
    Array.from({ length: count }, async (_, i) => {
      const reply = await firstValueFrom(client.send<string>(pattern, `${c}-${i}`));
      return reply === `${c}-${i}`;
    }),
  );
  return (await Promise.all(requests)).filter(Boolean).length;
}

function direct(): ClientKafka {
  return new ClientKafka(ground.options(ground.unique('direct')));
}

describe("reply.routing 'group'", () => {
  it('gives each replica a partition of its own, which it keeps when others come and go', async () => {
    const group = ground.unique('group');
    const replica = async (): Promise<ClientKafka> => {
      const client = new ClientKafka(ground.options(group, { reply: { routing: 'group' } }));
      client.subscribeToResponseOf(topic);
      await client.connect();
      return client;
    };
    const first = await replica();
    const partition = first.getConsumerAssignments()[`${topic}.reply`];
    const second = await replica();
    await expect.poll(() => second.getConsumerAssignments()[`${topic}.reply`], { timeout: 15_000 }).toBeDefined();
    expect(first.getConsumerAssignments()[`${topic}.reply`]).toBe(partition);
    expect(second.getConsumerAssignments()[`${topic}.reply`]).not.toBe(partition);
    expect(await echoAll([first, second], topic, 20)).toBe(40);
    await second.close();
    expect(await echoAll([first], topic, 20)).toBe(20);
    expect(first.getConsumerAssignments()[`${topic}.reply`]).toBe(partition);
    await first.close();
  });

  it('leaves the replica without a partition that is one too many, and says so', async () => {
    const group = ground.unique('crowded');
    const replicas: ClientKafka[] = [];
    // The reply topic has three partitions.
    for (let i = 0; i < 4; i++) {
      const client = new ClientKafka(ground.options(group, { reply: { routing: 'group' } }));
      client.subscribeToResponseOf(topic);
      await client.connect();
      replicas.push(client);
    }
    const assigned = (): number[] =>
      replicas.map(client => client.getConsumerAssignments()[`${topic}.reply`]).filter(p => p !== undefined);
    await expect.poll(() => assigned().toSorted(), { timeout: 15_000 }).toEqual([0, 1, 2]);
    const [last] = replicas.filter(client => client.getConsumerAssignments()[`${topic}.reply`] === undefined);
    const error = await firstValueFrom((last as ClientKafka).send(topic, 1)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoReplyPartitionError);
    expect((error as Error).message).toContain('at least as many partitions as there are replicas');
    expect(
      await echoAll(
        replicas.filter(client => client !== last),
        topic,
        5,
      ),
    ).toBe(15);
    await Promise.all(replicas.map(client => client.close()));
  });

  it('refuses a request whose reply topic was not announced, and says how to', async () => {
    const client = new ClientKafka(ground.options(ground.unique('group'), { reply: { routing: 'group' } }));
    client.subscribeToResponseOf(topic);
    const error = await firstValueFrom(client.send(lateTopic, 1)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoReplyPartitionError);
    expect((error as Error).message).toContain('subscribeToResponseOf()');
    await client.close();
  });
});

describe("reply.routing 'direct'", () => {
  it('needs no subscribeToResponseOf() and creates the reply topic', async ({ skip }) => {
    skip(!ground.direct, 'this engine has no group-less reader');
    const client = direct();
    await expect(firstValueFrom(client.send(lateTopic, 'first'))).resolves.toBe('first');
    expect(Object.keys(client.getConsumerAssignments())).toEqual([`${lateTopic}.reply`]);
    await client.close();
  });

  it('serves more replicas than there are partitions, as they come and go', async ({ skip }) => {
    skip(!ground.direct, 'this engine has no group-less reader');
    const replicas = Array.from({ length: 5 }, () => direct());
    expect(await echoAll(replicas, topic, 20)).toBe(100);
    const leaving = replicas.slice(0, 2);
    const staying = replicas.slice(2);
    const joining = [direct(), direct()];
    const echoed = echoAll([...staying, ...joining], topic, 50);
    await Promise.all(leaving.map(client => client.close()));
    expect(await echoed).toBe(250);
    await Promise.all([...staying, ...joining].map(client => client.close()));
  });

  it('gives a consumer to whoever asks for one', async ({ skip }) => {
    skip(!ground.direct, 'this engine has no group-less reader');
    const client = direct();
    expect(() => client.consumer).toThrow('"connect"');
    await client.connect();
    expect(client.consumer).toBe(client.consumer);
    await client.close();
  });
});

describe('a client that only produces', () => {
  it('emits, and refuses to send', async () => {
    const client = new ClientKafka(ground.options(ground.unique('producer'), { producerOnlyMode: true }));
    await firstValueFrom(client.emit(topic, 'event'));
    await expect(firstValueFrom(client.send(topic, 1))).rejects.toThrow('producerOnlyMode');
    await client.close();
  });
});
