import { Controller, type PipeTransform, UsePipes, ValidationPipe } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Delivery, EventPattern } from 'nest-kafka';
import { expect } from 'vitest';
import type { Subject } from '../../frame/behaviour.js';
import type { Stage } from '../../frame/stage.js';

const PATIENCE = { timeout: 15_000 };
/** As in the issues: a consumer that does not give up, impatient so that a loop shows soon. */
const consumer = { retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 3 } };

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
    handle(@Payload() payload: string): void {
      deliveries.push(payload);
      if (payload === 'poison') throw new Error('this message fails always');
      handled.push(payload);
    }
  }

  await stage.serve([Heroes], { consumer: { groupId: stage.name('group'), ...consumer } });
  await stage.produce(topic, { value: 'poison' }, { value: 'next' });
  return { deliveries, handled, deadLetters: await stage.read(dlt) };
}

/** A `ValidationPipe` before the handler, as class-validator would have it refuse. */
async function refusing(stage: Stage): Promise<Poisoned> {
  const topic = await stage.topic('invalid', { replies: false });
  const dlt = await stage.topic('invalid.dlt', { replies: false });
  const [deliveries, handled]: [string[], string[]] = [[], []];
  const refuse = new ValidationPipe().createExceptionFactory();

  class HeroPipe implements PipeTransform<unknown, unknown> {
    transform(payload: unknown): unknown {
      deliveries.push(JSON.stringify(payload));
      if (typeof (payload as { name?: unknown }).name === 'string') return payload;
      throw refuse([{ property: 'name', constraints: { isString: 'name must be a string' } }]);
    }
  }

  @Controller()
  class Heroes {
    @UsePipes(new HeroPipe())
    @EventPattern(topic)
    @Delivery({ retry: 3, deadLetter: dlt })
    handle(@Payload() payload: object): void {
      handled.push(JSON.stringify(payload));
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
        expect(deliveries).toEqual(['poison', 'poison', 'poison', 'next']);
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
