/* oxlint-disable */
// Section "Context", in TypeScript and as the page's JavaScript binds the parameters.
import 'nest-kafka/register';
import { Bind, Controller } from '@nestjs/common';
import { Ctx, KafkaContext, MessagePattern, Payload } from '@nestjs/microservices';

interface KillDragonMessage {
  dragonId: string;
}

interface IncomingMessage {
  topic: string;
  partition: number;
  timestamp: string;
  size: number;
  attributes: number;
  offset: string;
  key: any;
  value: any;
  headers: Record<string, any>;
}

export const lines: string[] = [];
export const work: string[] = [];
export let last: { message: IncomingMessage; partition: number } | undefined;

const console = { log: (line: string) => lines.push(line) };

async function doWorkPart1() {
  work.push('part 1');
}

async function doWorkPart2() {
  work.push('part 2');
}

@Controller()
export class TopicController {
  @MessagePattern('hero.topic')
  killDragon(@Payload() message: KillDragonMessage, @Ctx() context: KafkaContext) {
    console.log(`Topic: ${context.getTopic()}`);
  }
}

@Controller()
export class OriginalController {
  @MessagePattern('hero.original')
  killDragon(@Payload() message: KillDragonMessage, @Ctx() context: KafkaContext) {
    const originalMessage = context.getMessage();
    const partition = context.getPartition();
    const { headers, timestamp } = originalMessage;
    last = { message: originalMessage as unknown as IncomingMessage, partition };
    return { headers: Object.keys(headers ?? {}), timestamp };
  }
}

@Controller()
export class HeartbeatController {
  @MessagePattern('hero.heartbeat')
  async killDragon(@Payload() message: KillDragonMessage, @Ctx() context: KafkaContext) {
    const heartbeat = context.getHeartbeat();

    // Do some slow processing
    await doWorkPart1();

    // Send heartbeat to not exceed the sessionTimeout
    await heartbeat();

    // Do some slow processing again
    await doWorkPart2();
  }
}

@Controller()
export class BoundController {
  @Bind(Payload(), Ctx())
  @MessagePattern('hero.bound')
  killDragon(message, context) {
    console.log(`Topic: ${context.getTopic()}`);
  }
}

@Controller()
export class BoundOriginalController {
  @Bind(Payload(), Ctx())
  @MessagePattern('hero.bound.original')
  killDragon(message, context) {
    const originalMessage = context.getMessage();
    const partition = context.getPartition();
    const { headers, timestamp } = originalMessage;
    return { partition, timestamp };
  }
}
