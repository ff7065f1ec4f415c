import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { Role } from './protocol.js';

/** Decorators are evaluated at import, so the topic of this round comes from the process's own argument. */
const role = JSON.parse(process.argv[2] ?? '{}') as Role;

/** Called for each event of the backlog case. */
export const onEvent: { handler: () => void } = { handler: () => {} };

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
