import { type ArgumentMetadata, Controller, UsePipes, ValidationPipe } from '@nestjs/common';
import { Ctx, KafkaContext, Payload } from '@nestjs/microservices';
import { IsString } from 'class-validator';
import { Delivery, EventPattern } from 'nest-kafka';
import { expect } from 'vitest';
import type { Subject } from '../../frame/behaviour.js';
import type { Stage } from '../../frame/stage.js';

const PATIENCE = { timeout: 15_000 };
/** As in the issues: a consumer that does not give up, impatient so that a loop shows soon. */
const consumer = { retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 3 } };

class Hero {
  @IsString()
  name!: string;
}

interface Poisoned {
  readonly deliveries: string[];
  readonly handled: string[];
  readonly deadLetters: readonly { readonly value: Buffer | null }[];
}

/** The page's handler, and the one line; the built-in transport does not know what the line says. */
async function failing(stage: Stage): Promise<Poisoned> {
  const topic = await stage.topic('poison', { replies: false });
  const dlt = await stage.topic('poison.dlt', { replies: false });
  const [deliveries, handled]: [string[], string[]] = [[], []];

  @Controller()
  class Heroes {
    @EventPattern(topic)
    @Delivery({ retry: { attempts: 3, delay: 20 }, deadLetter: dlt })
    handle(@Payload() payload: string, @Ctx() context: KafkaContext): void {
      deliveries.push(`${payload} at ${context.getMessage().offset}`);
      if (payload === 'poison') throw new Error('this message fails always');
      handled.push(payload);
    }
  }

  await stage.serve([Heroes], { consumer: { groupId: stage.name('group'), ...consumer } });
  await stage.produce(topic, { value: 'poison' }, { value: 'next' });
  return { deliveries, handled, deadLetters: await stage.read(dlt) };
}

/** The page's `ValidationPipe` before the handler, which counts what it is shown. */
async function refusing(stage: Stage): Promise<Poisoned> {
  const topic = await stage.topic('invalid', { replies: false });
  const dlt = await stage.topic('invalid.dlt', { replies: false });
  const [deliveries, handled]: [string[], string[]] = [[], []];

  class HeroPipe extends ValidationPipe {
    override transform(payload: unknown, metadata: ArgumentMetadata): Promise<unknown> {
      deliveries.push(JSON.stringify(payload));
      return super.transform(payload, metadata);
    }
  }

  @Controller()
  class Heroes {
    @UsePipes(new HeroPipe())
    @EventPattern(topic)
    @Delivery({ retry: 3, deadLetter: dlt })
    handle(@Payload() hero: Hero): void {
      handled.push(JSON.stringify(hero));
    }
  }

  await stage.serve([Heroes], { consumer: { groupId: stage.name('group'), ...consumer } });
  await stage.produce(topic, { value: '{"name":1}' }, { value: '{"name":"next"}' });
  return { deliveries, handled, deadLetters: await stage.read(dlt) };
}

async function loops({ deliveries, handled, deadLetters }: Poisoned): Promise<void> {
  await expect.poll(() => deliveries.length, PATIENCE).toBeGreaterThan(4);
  expect(new Set(deliveries).size).toBe(1);
  expect([handled, deadLetters]).toEqual([[], []]);
}

export const poison: Subject = {
  name: 'poison messages',
  behaviours: [
    {
      says: 'a message whose handler always fails does not loop, but ends in the dead letter topic by one line',
      source: 'nestjs/nest#14664; issue 9',
      async prove(stage) {
        const { deliveries, handled, deadLetters } = await failing(stage);
        await expect.poll(() => handled, PATIENCE).toEqual(['next']);
        expect(deliveries).toEqual(['poison at 0', 'poison at 0', 'poison at 0', 'next at 1']);
        await expect.poll(() => deadLetters.map(({ value }) => String(value)), PATIENCE).toEqual(['poison']);
      },
      differs: {
        'built-in': {
          because: 'it delivers the message for ever, and nothing behind it',
          instead: async stage => loops(await failing(stage)),
        },
      },
    },
    {
      says: 'a message that a ValidationPipe refuses does not loop, but ends in the dead letter topic by one line',
      source: 'nestjs/nest#10972; issue 9',
      async prove(stage) {
        const { deliveries, handled, deadLetters } = await refusing(stage);
        await expect.poll(() => handled, PATIENCE).toEqual(['{"name":"next"}']);
        // Not even a second time: it would be refused again.
        expect(deliveries).toEqual(['{"name":1}', '{"name":"next"}']);
        await expect.poll(() => deadLetters.map(({ value }) => String(value)), PATIENCE).toEqual(['{"name":1}']);
      },
      differs: {
        'built-in': {
          because: 'it delivers the message for ever, and nothing behind it',
          instead: async stage => loops(await refusing(stage)),
        },
      },
    },
  ],
};
