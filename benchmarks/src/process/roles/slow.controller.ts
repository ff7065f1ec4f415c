import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Delivery } from 'nest-kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import { SLOW_HANDLER_CONCURRENCY, SLOW_HANDLER_MS } from '../durations.js';
import { onEvent } from './on-event.js';
import { role } from './role.js';

@Controller()
export class SlowController {
  @EventPattern(`${role.topic}.event`)
  async event(@Payload() _payload: unknown): Promise<void> {
    await sleep(SLOW_HANDLER_MS);
    onEvent.handler();
  }
}

/** To the built-in transport the policy says nothing. */
@Controller()
export class SlowByKeyController {
  @EventPattern(`${role.topic}.event`)
  @Delivery({ order: 'key', concurrency: SLOW_HANDLER_CONCURRENCY })
  async event(@Payload() _payload: unknown): Promise<void> {
    await sleep(SLOW_HANDLER_MS);
    onEvent.handler();
  }
}
