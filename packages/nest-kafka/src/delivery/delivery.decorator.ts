import 'reflect-metadata';
import { PATTERN_EXTRAS_METADATA, PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { ManualAckContext } from './ack/manual-ack-context.js';
import type { ManualAckBatchContext } from './batch/manual-batch.js';
import type { DeliveryBatch, DeliveryPolicy } from './policy/delivery-policy.js';
import type { KafkaTransactionContext } from './transaction/kafka-transaction-context.js';

/** Where the policy of a handler is among the extras that Nest hands to `addHandler()`. */
export const DELIVERY: unique symbol = Symbol.for('nest-kafka:delivery');

/** A policy whose handlers get arrays. */
type BatchPolicy = DeliveryPolicy & { batch: true | DeliveryBatch };
/** A policy whose handlers acknowledge nothing by themselves. */
type AcknowledgingPolicy = DeliveryPolicy & { ack: 'handler' | 'receipt' };

type Handler = (...args: never[]) => unknown;
type BatchHandler = (items: never[], ...args: never[]) => unknown;
type ManualContext = ManualAckContext | ManualAckBatchContext;
type SingleContext = ManualAckContext | KafkaTransactionContext;

/** Whether one of the parameters is such a context. `any` may be anything. */
type Takes<Args extends readonly unknown[], Context> = true extends {
  [Index in keyof Args]: 0 extends 1 & Args[Index] ? false : Args[Index] extends Context ? true : false;
}[number]
  ? true
  : false;

/** What the compiler names when a handler takes a context that its policy does not give. */
type Refusal<Method extends Handler, Refused> =
  Takes<Parameters<Method>, Refused> extends true
    ? { 'the policy of this handler gives it another context': never }
    : unknown;

/** A decorator for classes, and for methods that the policy fits: by their first parameter, and by their context. */
export type HandlerDecorator<Accepted extends Handler, Refused> = ClassDecorator &
  (<Method extends Accepted>(
    target: object,
    propertyKey: string | symbol,
    descriptor: TypedPropertyDescriptor<Method> & Refusal<Method, Refused>,
  ) => void);

/**
 * Declares what happens to the messages of a handler, beside `@EventPattern()`, above or below it:
 *
 *     @EventPattern('order.created')
 *     @Delivery({ order: 'key', retry: 5, deadLetter: 'order.created.dlt' })
 *     created(@Payload() order: Order) {}
 *
 * On a class it is the default for all its handlers; each handler's own words win, and both win over `options.delivery` of
 * the server. It is checked when the server starts.
 */
export function Delivery(
  policy: BatchPolicy & AcknowledgingPolicy,
): HandlerDecorator<BatchHandler, SingleContext | ManualContext>;
export function Delivery(policy: BatchPolicy): HandlerDecorator<BatchHandler, SingleContext>;
export function Delivery(policy: AcknowledgingPolicy): HandlerDecorator<Handler, ManualContext>;
export function Delivery(policy: DeliveryPolicy): ClassDecorator & MethodDecorator;
export function Delivery(policy: DeliveryPolicy): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (descriptor !== undefined) {
      declare(descriptor.value as object, { ...policyOf(descriptor.value as object), ...policy });
      return;
    }
    // Method decorators have run by now.
    const { prototype } = target as { prototype: object };
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && Reflect.hasMetadata(PATTERN_METADATA, value as object)) {
        declare(value as object, { ...policy, ...policyOf(value as object) });
      }
    }
  };
}

function declare(handler: object, policy: DeliveryPolicy): void {
  const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler) as object | undefined;
  Reflect.defineMetadata(PATTERN_EXTRAS_METADATA, { ...extras, [DELIVERY]: policy }, handler);
}

function policyOf(handler: object): DeliveryPolicy | undefined {
  const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler) as { [DELIVERY]?: DeliveryPolicy } | undefined;
  return extras?.[DELIVERY];
}
