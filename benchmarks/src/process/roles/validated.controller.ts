import {
  Controller,
  Injectable,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { IsInt, IsString } from 'class-validator';
import { tap, type Observable } from 'rxjs';
import { onEvent } from './on-event.js';
import { role } from './role.js';

class Order {
  @IsInt()
  id!: number;

  @IsString()
  customer!: string;

  @IsString()
  note!: string;
}

@Injectable()
class CountingInterceptor implements NestInterceptor {
  private count = 0;

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(tap({ complete: () => void this.count++ }));
  }
}

@Controller()
@UsePipes(new ValidationPipe({ transform: true, whitelist: true }))
@UseInterceptors(CountingInterceptor)
export class ValidatedController {
  @EventPattern<string>(`${role.topic}.event`)
  event(@Payload() _order: Order): void {
    onEvent.handler();
  }
}
