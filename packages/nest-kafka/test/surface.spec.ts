import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type OnModuleDestroy,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom, map, type Observable, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  Ctx,
  EventPattern,
  KafkaContext,
  KafkaRecordBuilder,
  kafkaServer,
  KafkaServer,
  type KafkaTransportOptions,
  MessagePattern,
  Payload,
} from '../src/index.js';
import { startService } from './service.js';
import { specGround } from './spec-ground.js';

const PATIENCE = { timeout: 15_000 };

const ground = specGround();

const serverOptions = (name: string, more: KafkaTransportOptions = {}): KafkaTransportOptions =>
  ground.options(ground.unique(name), { subscribe: { fromBeginning: true }, ...more });

/** An application that serves more than Kafka, not yet started. */
async function hybrid(controllers: Type[], providers: Type[] = []) {
  class HybridModule {}
  const app = await NestFactory.create({ module: HybridModule, controllers, providers }, { logger: false });
  ground.keep(app);
  return app;
}

@Injectable()
class Doubling implements PipeTransform {
  transform(value: unknown): unknown {
    return typeof value === 'number' ? value * 2 : value;
  }
}

@Injectable()
class OnlyHeroes implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const message = context.switchToRpc().getContext<KafkaContext>().getMessage();
    return String(message.headers?.['role']) === 'hero';
  }
}

class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map(answer => ({ wrapped: answer })));
  }
}

@Catch(RangeError)
class RangeErrors {
  catch(error: RangeError, host: ArgumentsHost): Observable<never> {
    const topic = host.switchToRpc().getContext<KafkaContext>().getTopic();
    return throwError(() => ({ caught: error.message, on: topic }));
  }
}

describe('a hybrid application', () => {
  it('serves Kafka with the global pipes, guards, interceptors and filters it inherits', async () => {
    const topic = await ground.requestTopic('inherit');

    @Controller()
    class HybridController {
      @MessagePattern(topic)
      handle(@Payload('number') number: number): unknown {
        if (number > 100) {
          throw new RangeError('too many');
        }
        return { number };
      }
    }
    const app = await hybrid([HybridController]);
    app.useGlobalPipes(new Doubling());
    app.useGlobalGuards(new OnlyHeroes());
    app.useGlobalInterceptors(new Wrapping());
    app.useGlobalFilters(new RangeErrors());
    app.connectMicroservice(kafkaServer(serverOptions('inherit')), { inheritAppConfig: true });
    await app.startAllMicroservices();
    const client = await ground.caller([topic]);
    const ask = (number: number, role = 'hero'): Promise<unknown> =>
      firstValueFrom(client.send(topic, new KafkaRecordBuilder({ number }).setHeaders({ role }).build()));
    await expect(ask(7)).resolves.toEqual({ wrapped: { number: 14 } });
    await expect(ask(60)).rejects.toEqual({ caught: 'too many', on: topic });
    await expect(ask(7, 'villain')).rejects.toEqual({ status: 'error', message: 'Forbidden resource' });
  });

  it('does not inherit them unless it is told to', async () => {
    const topic = await ground.requestTopic('own-config');

    @Controller()
    class HybridController {
      @MessagePattern(topic)
      handle(@Payload('number') number: number): unknown {
        return { number };
      }
    }
    const app = await hybrid([HybridController]);
    app.useGlobalPipes(new Doubling());
    app.useGlobalInterceptors(new Wrapping());
    app.connectMicroservice(kafkaServer(serverOptions('own-config')));
    await app.startAllMicroservices();
    const client = await ground.caller([topic]);
    await expect(firstValueFrom(client.send(topic, { number: 7 }))).resolves.toEqual({ number: 7 });
  });

  it('runs several Kafka servers, each with the handlers of its transport id', async () => {
    const topics = [await ground.requestTopic('inner'), await ground.requestTopic('outer')] as const;
    const INNER = Symbol('inner cluster');
    const OUTER = Symbol('outer cluster');

    @Controller()
    class TwoClustersController {
      @MessagePattern(topics[0], INNER)
      inner(): unknown {
        return { by: 'inner' };
      }

      @MessagePattern(topics[1], OUTER)
      outer(): unknown {
        return { by: 'outer' };
      }
    }
    const app = await hybrid([TwoClustersController]);
    const servers = [INNER, OUTER].map(transportId => {
      const { strategy } = kafkaServer(serverOptions('cluster'));
      strategy.setTransportId(transportId);
      app.connectMicroservice({ strategy });
      return strategy;
    });
    await app.startAllMicroservices();
    expect(servers.map(server => [...server.getHandlers().keys()])).toEqual([[topics[0]], [topics[1]]]);
    const client = await ground.caller(topics);
    await expect(firstValueFrom(client.send(topics[0], 1))).resolves.toEqual({ by: 'inner' });
    await expect(firstValueFrom(client.send(topics[1], 1))).resolves.toEqual({ by: 'outer' });
  });

  it('drains its handlers before onModuleDestroy() takes their providers away', async () => {
    const topic = ground.unique('early-drain');
    await ground.createTopic(topic, 1);
    const order: string[] = [];
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();

    @Injectable()
    class Database implements OnModuleDestroy {
      onModuleDestroy(): void {
        order.push('database closed');
      }
    }

    @Controller()
    class SlowController {
      @EventPattern(topic)
      async handle(): Promise<void> {
        begin();
        await new Promise(resolve => setTimeout(resolve, 300));
        order.push('handler ended');
      }
    }
    const app = await hybrid([SlowController], [Database]);
    app.connectMicroservice(kafkaServer(serverOptions('early-drain')));
    await app.startAllMicroservices();
    const client = await ground.caller([]);
    await firstValueFrom(client.emit(topic, 'slow'));
    await begun;
    await app.close();
    expect(order).toEqual(['handler ended', 'database closed']);
  });
});

describe('a subclass of KafkaServer', () => {
  it('a subclass of KafkaServer names its group and client itself', async () => {
    const topic = await ground.requestTopic('subclass');
    const groupId = ground.unique('own-name');

    class HeroServer extends KafkaServer {
      constructor(options: KafkaTransportOptions) {
        super(options);
        this.clientId = 'hero-of-its-own';
        this.groupId = groupId;
      }

      get names(): string[] {
        return [this.clientId, this.groupId];
      }
    }

    @Controller()
    class WhoController {
      @MessagePattern(topic)
      async handle(@Ctx() context: KafkaContext): Promise<unknown> {
        const { groupId: group } = await (
          context.getConsumer() as unknown as { describeGroup(): Promise<{ groupId: string }> }
        ).describeGroup();
        return { group };
      }
    }
    const strategy = new HeroServer(serverOptions('subclass'));
    class SubclassModule {}
    const app = await NestFactory.createMicroservice(
      { module: SubclassModule, controllers: [WhoController] },
      { strategy, logger: false },
    );
    ground.keep(app);
    await app.listen();
    const client = await ground.caller([topic]);
    await expect(firstValueFrom(client.send(topic, 1))).resolves.toEqual({ group: groupId });
    expect(strategy.names).toEqual(['hero-of-its-own', groupId]);
  });
});

describe('patterns', () => {
  it('may be numbers and objects: both sides make the same topic of them', async () => {
    const number = Number(`${process.pid}${Date.now() % 1e6}`);
    const object = { service: ground.unique('sum'), cmd: 'add' };
    const client = await ground.caller([]);

    @Controller()
    class PatternController {
      @MessagePattern(number)
      byNumber(@Payload() payload: unknown): unknown {
        return { by: 'number', payload };
      }
    }
    await ground.createTopic(String(number), 1);
    ground.keep(await startService([PatternController], serverOptions('number')));
    await expect(firstValueFrom(client.send(number, { a: 1 }))).resolves.toEqual({ by: 'number', payload: { a: 1 } });
    // Kafka refuses such a name for a topic; that the route is the same is all there is to it.
    await expect(firstValueFrom(client.emit(object, 1))).rejects.toThrow(/\{"cmd":"add","service":"[^"]+"\}/);
  });

  it('that are regular expressions pick up topics that appear later', async () => {
    const prefix = ground.unique('realm');
    const seen: string[] = [];
    await ground.createTopic(`${prefix}.fire`, 1);

    @Controller()
    class RealmsController {
      @EventPattern(new RegExp(`^${prefix}\\.\\w+$`))
      handle(@Ctx() context: KafkaContext): void {
        seen.push(context.getTopic());
      }
    }
    const options = ground.options(ground.unique('realms'), {
      subscribe: { fromBeginning: true },
      consumer: { groupId: '', metadataMaxAge: 300 },
    });
    ground.keep(await startService([RealmsController], options));
    const client = await ground.caller([]);
    await firstValueFrom(client.emit(`${prefix}.fire`, 'first'));
    await expect.poll(() => seen, PATIENCE).toEqual([`${prefix}.fire`]);
    await ground.createTopic(`${prefix}.ice`, 1);
    await firstValueFrom(client.emit(`${prefix}.ice`, 'later'));
    await expect.poll(() => seen, PATIENCE).toEqual([`${prefix}.fire`, `${prefix}.ice`]);
  });
});
