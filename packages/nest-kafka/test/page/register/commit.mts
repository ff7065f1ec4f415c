/* oxlint-disable */
// Section "Commit offsets".
import 'nest-kafka/register';
import { Bind, Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, KafkaContext, MicroserviceOptions, Payload, Transport } from '@nestjs/microservices';
import { broker } from '../broker.mjs';

interface IncomingMessage {
  id: string;
}

export const created: unknown[] = [];

@Controller()
export class UsersController {
  @EventPattern('user.created')
  async handleUserCreated(@Payload() data: IncomingMessage, @Ctx() context: KafkaContext) {
    // business logic
    created.push(data);

    const { offset } = context.getMessage();
    const partition = context.getPartition();
    const topic = context.getTopic();
    const consumer = context.getConsumer();
    await consumer.commitOffsets([{ topic, partition, offset }]);
  }
}

@Controller()
export class BoundUsersController {
  @Bind(Payload(), Ctx())
  @EventPattern('user.created')
  async handleUserCreated(data, context) {
    // business logic
    created.push(data);

    const { offset } = context.getMessage();
    const partition = context.getPartition();
    const topic = context.getTopic();
    const consumer = context.getConsumer();
    await consumer.commitOffsets([{ topic, partition, offset }]);
  }
}

export async function bootstrap(AppModule: any) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.KAFKA,
    options: {
      client: {
        brokers: [broker],
      },
      run: {
        autoCommit: false,
      },
    },
  });
  return app;
}
