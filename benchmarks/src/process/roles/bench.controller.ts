import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { onEvent } from './on-event.js';
import { role } from './role.js';

@Controller()
export class BenchController {
  @MessagePattern(`${role.topic}.request`)
  echo(@Payload() payload: { id: number }): { id: number; ok: true } {
    return { id: payload.id, ok: true };
  }

  @EventPattern(`${role.topic}.event`)
  event(@Payload() _payload: unknown): void {
    onEvent.handler();
  }
}
