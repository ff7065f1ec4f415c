import { Controller } from '@nestjs/common';
import { Kafka as KafkaJS } from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { liveConnections } from '../src/health/live-connections.js';
import { type KafkaTransportOptions, MessagePattern, Payload } from '../src/index.js';
import { startService } from './service.js';
import { specGround } from './spec-ground.js';

const ground = specGround();

const engines: [string, KafkaTransportOptions][] = [
  ['the default engine', {}],
  [
    'driver kafkajs',
    { driver: config => new KafkaJS({ ...config, logLevel: 0 }), consumer: { groupId: '', maxWaitTimeInMs: 50 } },
  ],
];

async function lag(): Promise<unknown> {
  const healths = await Promise.all(liveConnections().map(source => source.health()));
  return healths.find(({ role }) => role === 'server')?.lag;
}

it.each(engines)(
  'on %s a reply addressed to a partition that does not exist is given up, and its partition goes on',
  async (_name, engine) => {
    const topic = await ground.requestTopic('misaddressed');
    const handled: string[] = [];

    @Controller()
    class EchoController {
      @MessagePattern(topic)
      echo(@Payload() payload: string): string {
        handled.push(payload);
        return payload;
      }
    }
    ground.keep(await startService([EchoController], ground.options(ground.unique('misaddressed'), engine)));
    const client = await ground.caller([topic]);
    await firstValueFrom(
      client.emit(topic, {
        value: 'lost',
        headers: { kafka_correlationId: 'somebody', kafka_replyTopic: `${topic}.reply`, kafka_replyPartition: '99' },
      }),
    );
    await expect(firstValueFrom(client.send(topic, 'found'))).resolves.toBe('found');
    // Both are committed: nothing will be delivered again.
    await expect.poll(lag, { timeout: 15_000 }).toEqual([{ topic, partition: 0, lag: 0 }]);
    expect(handled).toEqual(['lost', 'found']);
  },
);
