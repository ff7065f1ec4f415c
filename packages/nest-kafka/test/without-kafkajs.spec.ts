import { Controller } from '@nestjs/common';
import { registerHooks } from 'node:module';
import { EmbeddedKafka } from 'embedded-kafka';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { startService } from './service.js';
import { ClientKafka, MessagePattern, Payload } from '../src/index.js';

const refused: string[] = [];

// As in an application that has never installed it.
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === 'kafkajs' || specifier.includes('/node_modules/kafkajs/')) {
      refused.push('kafkajs');
      throw new Error("Cannot find package 'kafkajs'");
    }
    return nextResolve(specifier, context);
  },
});

it('serves and asks where kafkajs cannot be loaded', async () => {
  await expect(import('kafkajs')).rejects.toThrow("Cannot find package 'kafkajs'");
  expect(refused).toEqual(['kafkajs']);
  const topic = 'without-kafkajs';
  const kafka = await EmbeddedKafka.start({ topics: [topic, `${topic}.reply`] });
  const options = { client: { brokers: kafka.brokers } };

  @Controller()
  class EchoController {
    @MessagePattern(topic)
    echo(@Payload() payload: unknown): unknown {
      return { payload };
    }
  }
  const app = await startService([EchoController], options);
  const client = new ClientKafka(options);
  await expect(firstValueFrom(client.send(topic, { go: 1 }))).resolves.toEqual({ payload: { go: 1 } });
  await client.close();
  await app.close();
  await kafka.stop();
  // Nobody else asked for it.
  expect(refused).toEqual(['kafkajs']);
});
