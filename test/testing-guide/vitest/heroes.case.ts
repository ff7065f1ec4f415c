import 'reflect-metadata';
import { Controller } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { testKafka } from 'embedded-kafka/vitest';
import { ClientKafka, kafkaServer, MessagePattern, Payload } from 'nest-kafka';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';

const { brokers, testTopic, testGroup, createTestTopic } = testKafka();
const killDragon = testTopic('hero.kill.dragon');

@Controller()
class HeroesController {
  @MessagePattern(killDragon)
  killDragon(@Payload() { dragonId }: { dragonId: number }): string {
    return `Tooth of dragon ${dragonId}`;
  }
}

it('kills dragons', async () => {
  await createTestTopic('hero.kill.dragon');
  await createTestTopic('hero.kill.dragon.reply');
  const module = await Test.createTestingModule({ controllers: [HeroesController] }).compile();
  const consumer = { groupId: testGroup('heroes') };
  const app = module.createNestMicroservice({ ...kafkaServer({ client: { brokers }, consumer }), logger: false });
  await app.listen();
  const client = new ClientKafka({ client: { brokers } });

  expect(await firstValueFrom(client.send(killDragon, { dragonId: 7 }))).toBe('Tooth of dragon 7');

  await client.close();
  await app.close();
});
