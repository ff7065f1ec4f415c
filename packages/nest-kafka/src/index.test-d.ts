import type {
  ClientKafkaProxy as NestClientKafkaProxy,
  ClientProxy as NestClientProxy,
  CustomStrategy,
  KafkaOptions,
  KafkaContext as NestKafkaContext,
  KafkaStatus as NestKafkaStatus,
} from '@nestjs/microservices';
import { Kafka } from 'kafkajs';
import type { Observable } from 'rxjs';
import {
  type ClientKafka,
  type ClientKafkaProxy,
  Ctx,
  Delivery,
  EventPattern,
  type KafkaBatchContext,
  KafkaContext,
  kafkaClient,
  kafkaServer,
  KafkaStatus,
  type KafkaTransportOptions,
  type ManualAckBatchContext,
  type ManualAckContext,
  Payload,
} from './index.js';

/** Fails to compile unless the first is assignable to the second. */
export type Assignable<From extends To, To> = From;

/** The page's types accept ours: `client: ClientKafkaProxy`, `context: KafkaContext`, `status: KafkaStatus`. */
export type ClientIsNests = Assignable<ClientKafka, NestClientKafkaProxy>;
export type ContextIsNests = Assignable<KafkaContext, NestKafkaContext>;
export type StatusIsNests = Assignable<ClientKafka['status'], Observable<NestKafkaStatus>>;
export type ProxyIsClient = Assignable<ClientKafkaProxy, ClientKafka>;

/** What the built-in transport accepts is accepted. */
export type OptionsAreNests = Assignable<NonNullable<KafkaOptions['options']>, KafkaTransportOptions>;

/** KafkaJS itself plugs in as it is. */
export const withKafkaJS: KafkaTransportOptions = { driver: config => new Kafka(config) };

/** Nest's extension points take what the functions return. */
export const strategy: CustomStrategy = kafkaServer(withKafkaJS);
export const { customClass }: { customClass: new (...args: never[]) => NestClientProxy } = kafkaClient(withKafkaJS);

/** The names of states are values and types. */
export const connected: KafkaStatus = KafkaStatus.CONNECTED;

// @ts-expect-error an option that does not exist
export const misspelt: KafkaTransportOptions = { requestTimout: 1 };

/** What the page writes, which Nest 12.1's own type of EventPattern refuses under strict. */
export class PageHandlers {
  @EventPattern('your-topic')
  async withContext(@Payload() data: string, @Ctx() context: KafkaContext): Promise<string> {
    await Promise.resolve();
    return data + context.getTopic();
  }

  @EventPattern('test')
  withoutParameters(): void {
    throw new Error('test');
  }
}

interface HeroEvents {
  'hero.moved': { heroId: string };
}

/** Events may still be typed by a map. */
export class TypedHandlers {
  @EventPattern<HeroEvents>('hero.moved')
  moved(@Payload() hero: { heroId: string }, @Ctx() context: KafkaContext): string {
    return hero.heroId + context.getTopic();
  }

  // @ts-expect-error a topic that is none of the events
  @EventPattern<HeroEvents>('hero.lost')
  lost(): void {}
}

/** The payload of a batch handler is an array, and a mistake is told by the compiler. */
export class BatchHandlers {
  @EventPattern('orders')
  @Delivery({ batch: { size: 10 } })
  async items(@Payload() orders: { id: number }[], @Ctx() context: KafkaBatchContext): Promise<void> {
    await Promise.resolve(context.getOffsets()[orders.length]);
  }

  @EventPattern('orders')
  @Delivery({ batch: true })
  readonlyItems(@Payload() _orders: readonly string[]): void {}

  @EventPattern('orders')
  // @ts-expect-error a batch handler gets an array
  @Delivery({ batch: true })
  single(@Payload() _order: { id: number }): void {}

  @EventPattern('orders')
  @Delivery({ batch: false })
  oneByOne(@Payload() _order: { id: number }): void {}
}

/** `ack()` exists only where the handler acknowledges by itself. */
export type AckIsManual = Assignable<'ack' extends keyof KafkaContext ? never : ManualAckContext['ack'], () => boolean>;
export type ManualIsAContext = Assignable<ManualAckContext, KafkaContext>;
// @ts-expect-error The offset is not this handler's to acknowledge.
export type NoAckByDefault = KafkaContext['ack'];

export class AckController {
  @EventPattern('acknowledged')
  @Delivery({ ack: 'manual' })
  acknowledged(@Payload() _: string, @Ctx() context: ManualAckContext): boolean {
    return context.ack() || context.nack({ delay: 1_000 });
  }
}

/** A context that the policy does not give is refused by the compiler. */
export class RefusedContexts {
  @EventPattern('orders')
  // @ts-expect-error The message is done before the handler runs: there is nothing to acknowledge.
  @Delivery({ ack: 'receipt' })
  received(@Payload() _order: string, @Ctx() _context: ManualAckContext): void {}

  @EventPattern('orders')
  // @ts-expect-error The message is done when the handler has ended.
  @Delivery({ ack: 'handler', order: 'key' })
  handled(@Ctx() _context: ManualAckContext): void {}

  @EventPattern('orders')
  // @ts-expect-error A batch is acknowledged by index.
  @Delivery({ ack: 'manual', batch: true })
  batch(@Payload() _orders: string[], @Ctx() _context: ManualAckContext): void {}

  @EventPattern('orders')
  // @ts-expect-error Nothing of this batch is the handler's to acknowledge.
  @Delivery({ ack: 'handler', batch: true })
  handledBatch(@Payload() _orders: string[], @Ctx() _context: ManualAckBatchContext): void {}

  @EventPattern('orders')
  @Delivery({ ack: 'manual', batch: true })
  manualBatch(@Payload() _orders: string[], @Ctx() context: ManualAckBatchContext): void {
    context.ackAll();
  }

  @EventPattern('orders')
  @Delivery({ ack: 'receipt' })
  untyped(@Payload() payload: ReturnType<typeof JSON.parse>, @Ctx() context: KafkaContext): string {
    return String(payload) + context.getTopic();
  }

  /** What the class or the server says of `ack` is not known here. */
  @EventPattern('orders')
  @Delivery({ order: 'key' })
  byDefault(@Ctx() context: ManualAckContext): void {
    context.ack();
  }

  @EventPattern('orders')
  // @ts-expect-error A word that there is not.
  @Delivery({ ack: 'receipt', retires: 3 })
  misspelt(): void {}
}
