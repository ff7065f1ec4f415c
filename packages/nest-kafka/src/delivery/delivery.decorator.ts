import 'reflect-metadata';
import { PATTERN_EXTRAS_METADATA, PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { DeliveryBatch, DeliveryPolicy } from './policy/delivery-policy.js';

/** Where the policy of a handler is among the extras that Nest hands to `addHandler()`. */
export const DELIVERY: unique symbol = Symbol.for('nest-kafka:delivery');

/** A policy whose handlers get arrays. */
type BatchPolicy = DeliveryPolicy & { batch: true | DeliveryBatch };

/** A decorator for classes, and for methods whose first parameter takes an array. */
export type BatchHandlerDecorator = ClassDecorator &
  (<Method extends (items: never[], ...args: never[]) => unknown>(
    target: object,
    propertyKey: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
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
export function Delivery(policy: BatchPolicy): BatchHandlerDecorator;
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
