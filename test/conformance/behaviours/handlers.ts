import {
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { CONTEXT, type RequestContext } from '@nestjs/microservices';
import { EventPattern, KafkaContext, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { map, type Observable, throwError } from 'rxjs';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import { answerOf } from '../frame/stage.js';

const PATIENCE = { timeout: 10_000 };

class ToNumbers implements PipeTransform {
  transform(text: unknown): number[] {
    if (typeof text !== 'string') throw new BadRequestException('a text was expected');
    return text.split(',').map(Number);
  }
}

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

@Catch(TypeError)
class TypeErrors {
  catch(error: TypeError, host: ArgumentsHost): Observable<never> {
    const topic = host.switchToRpc().getContext<KafkaContext>().getTopic();
    return throwError(() => ({ caught: error.message, on: topic }));
  }
}

export const handlers: Subject = {
  name: 'handlers',
  behaviours: [
    {
      says: 'a pipe of a parameter changes what the handler gets',
      source: 'Nest microservices: Pipes',
      async prove(stage) {
        const topic = await stage.topic('pipe');

        @Controller()
        class Sums {
          @MessagePattern(topic)
          sum(@Payload(new ToNumbers()) numbers: number[]): unknown {
            return { sum: numbers.reduce((sum, number) => sum + number, 0) };
          }
        }

        await stage.serve([Sums]);
        const client = await stage.client([topic]);
        expect(await answerOf(client.send(topic, '1,2,3,4,5'))).toEqual({ sum: 15 });
      },
    },
    {
      says: 'a guard reads the headers of the message and refuses with a Forbidden error',
      source: 'Nest microservices: Guards; page: Context',
      async prove(stage) {
        const topic = await stage.topic('guard');

        @Controller()
        class Guarded {
          @UseGuards(OnlyHeroes)
          @MessagePattern(topic)
          enter(): unknown {
            return { entered: true };
          }
        }

        await stage.serve([Guarded]);
        const client = await stage.client([topic]);
        const ask = (role: string) => answerOf(client.send(topic, { value: { go: true }, headers: { role } }));
        expect(await ask('hero')).toEqual({ entered: true });
        await expect(ask('villain')).rejects.toEqual({ status: 'error', message: 'Forbidden resource' });
      },
    },
    {
      says: 'an interceptor changes the answer',
      source: 'Nest microservices: Interceptors',
      async prove(stage) {
        const topic = await stage.topic('interceptor');

        @Controller()
        class Intercepted {
          @UseInterceptors(Wrapping)
          @MessagePattern(topic)
          answer(): unknown {
            return { plain: true };
          }
        }

        await stage.serve([Intercepted]);
        const client = await stage.client([topic]);
        expect(await answerOf(client.send(topic, { go: true }))).toEqual({ wrapped: { plain: true } });
      },
    },
    {
      says: 'an exception filter gives the error that the caller gets',
      source: 'Nest microservices: Exception filters; page: Custom exception handling',
      async prove(stage) {
        const topic = await stage.topic('filter');

        @Controller()
        class Filtered {
          @UseFilters(TypeErrors)
          @MessagePattern(topic)
          fail(): never {
            throw new TypeError('not a dragon');
          }
        }

        await stage.serve([Filtered]);
        const client = await stage.client([topic]);
        const expected = { caught: 'not a dragon', on: topic };
        await expect(answerOf(client.send(topic, { go: true }))).rejects.toEqual(expected);
      },
    },
    {
      says: 'an asynchronous exception filter that swallows the error of an event has the event done',
      // A synchronous one that returns nothing is, for Nest's RpcExceptionsHandler, as good as none.
      source: 'page: Custom exception handling (an async catch that returns instead of throwing)',
      async prove(stage) {
        const topic = await stage.topic('swallow', { replies: false });
        const handled: unknown[] = [];

        @Catch()
        class Swallow {
          async catch(): Promise<void> {
            await Promise.resolve();
          }
        }

        @Controller()
        class Swallowed {
          @UseFilters(Swallow)
          @EventPattern(topic)
          handle(@Payload() payload: unknown): void {
            handled.push(payload);
            throw new Error('never mind');
          }
        }

        await stage.serve([Swallowed]);
        await stage.produce(topic, { value: 'first' }, { value: 'second' });
        await expect.poll(() => handled.includes('second'), PATIENCE).toBe(true);
        expect(handled).toEqual(['first', 'second']);
      },
    },
    {
      says: 'an RpcException of an event handler has the event delivered again',
      source: 'page: Retriable exceptions (for event handlers all are)',
      async prove(stage) {
        const topic = await stage.topic('rpc-exception', { replies: false });
        const handled: unknown[] = [];

        @Controller()
        class Failing {
          @EventPattern(topic)
          handle(@Payload() payload: unknown): void {
            handled.push(payload);
            if (handled.length === 1) throw new RpcException('again, please');
          }
        }

        await stage.serve([Failing]);
        await stage.produce(topic, { value: 'first' }, { value: 'second' });
        await expect.poll(() => handled.includes('second'), PATIENCE).toBe(true);
        expect(handled).toEqual(['first', 'first', 'second']);
      },
    },
    {
      says: 'all event handlers of one topic handle its events',
      source: 'Nest 12.1.1, behaviour 8 (a second @EventPattern chains)',
      async prove(stage) {
        const topic = await stage.topic('chained', { replies: false });
        const handled: string[] = [];

        @Controller()
        class First {
          @EventPattern<string>(topic)
          handle(): void {
            handled.push('first');
          }
        }

        @Controller()
        class Second {
          @EventPattern<string>(topic)
          handle(): void {
            handled.push('second');
          }
        }

        await stage.serve([First, Second]);
        await stage.produce(topic, { value: 'event' });
        await expect.poll(() => handled.toSorted(), PATIENCE).toEqual(['first', 'second']);
      },
    },
    {
      says: 'of several message handlers of one topic the last one answers',
      source: 'Nest 12.1.1, behaviour 8 (a second @MessagePattern overrides)',
      async prove(stage) {
        const topic = await stage.topic('overridden');

        @Controller()
        class First {
          @MessagePattern(topic)
          answer(): unknown {
            return { by: 'first' };
          }
        }

        @Controller()
        class Second {
          @MessagePattern(topic)
          answer(): unknown {
            return { by: 'second' };
          }
        }

        await stage.serve([First, Second]);
        const client = await stage.client([topic]);
        expect(await answerOf(client.send(topic, { go: true }))).toEqual({ by: 'second' });
      },
    },
    {
      says: 'a topic named exactly goes before a regular expression that matches it, and of those the first',
      source: 'Nest 12.1.1, behaviour 8',
      async prove(stage) {
        const prefix = stage.name('order');
        const topics = [`${prefix}.exact`, `${prefix}.other`] as const;
        for (const topic of topics) await stage.createTopic(topic);
        const escaped = prefix.replaceAll('.', '\\.');

        @Controller()
        class Ordered {
          @MessagePattern(new RegExp(`^${escaped}\\.(exact|other)$`))
          first(): unknown {
            return { by: 'first expression' };
          }

          @MessagePattern(new RegExp(`^${escaped}\\.(other|exact)$`))
          second(): unknown {
            return { by: 'second expression' };
          }

          @MessagePattern(topics[0])
          exact(): unknown {
            return { by: 'name' };
          }
        }

        await stage.serve([Ordered]);
        const client = await stage.client(topics);
        expect(await answerOf(client.send(topics[0], { go: true }))).toEqual({ by: 'name' });
        expect(await answerOf(client.send(topics[1], { go: true }))).toEqual({ by: 'first expression' });
      },
    },
    {
      says: 'a request-scoped handler is made anew for each message and is given its context',
      source: 'Nest fundamentals: Injection scopes (CONTEXT); Nest 12.1.1 (request-scoped handlers)',
      async prove(stage) {
        const topic = await stage.topic('scoped');
        let made = 0;

        @Injectable({ scope: Scope.REQUEST })
        @Controller()
        class Scoped {
          constructor(@Inject(CONTEXT) private readonly request: RequestContext) {
            made += 1;
          }

          @MessagePattern(topic)
          answer(@Payload() payload: unknown): unknown {
            return { payload, seen: this.request.data, pattern: this.request.pattern };
          }
        }

        await stage.serve([Scoped]);
        const client = await stage.client([topic]);
        for (const number of [1, 2]) {
          const answer = await answerOf(client.send(topic, { number }));
          expect(answer).toEqual({ payload: { number }, seen: { number }, pattern: topic });
        }
        expect(made).toBe(2);
      },
    },
  ],
};
