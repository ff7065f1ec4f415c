/* oxlint-disable */
// Section "Message-level retry with Circuit Breaker": where the filter is put, with the filter of this package.
import 'nest-kafka/register';
import { KafkaMaxRetryExceptionFilter } from 'nest-kafka';
import { Controller, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, KafkaContext, Payload } from '@nestjs/microservices';

export const deliveries: string[] = [];

@UseFilters(new KafkaMaxRetryExceptionFilter(5))
@Controller()
export class MyClassHandler {
  @EventPattern('your-topic')
  async handleEvent(@Payload() data: any, @Ctx() context: KafkaContext) {
    deliveries.push(context.getTopic());
    throw new Error('test');
  }
}

@Controller()
export class MyEventHandler {
  @UseFilters(new KafkaMaxRetryExceptionFilter(2))
  @EventPattern('test')
  handleEvent() {
    deliveries.push('test');
    throw new Error('test');
  }

  @UseFilters(new KafkaMaxRetryExceptionFilter(4))
  @EventPattern('test2')
  handleGetEvent() {
    deliveries.push('test2');
    throw new Error('test');
  }
}
