import { EventPattern as NestEventPattern, type Transport } from '@nestjs/microservices';

type Extras = Record<string, unknown>;

/** A decorator for methods whose first parameter takes the event `Topic` of the map `Events`. */
export type TypedEventDecorator<Events, Topic extends keyof Events> = <
  Method extends (data: Events[Topic], ...args: never[]) => unknown,
>(
  target: object,
  propertyKey: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Nest's `EventPattern`, the same function, whose type also lets handlers take no parameter, or `@Ctx()` after the
 * payload. (That of Nest 12.1 refuses both under `strictFunctionTypes`, because the overload for typed events is tried
 * first.) `EventPattern<HeroEvents>('hero.moved')` checks the payload against a map of events.
 */
export const EventPattern = NestEventPattern as {
  <T = string>(metadata?: T): MethodDecorator;
  <T = string>(metadata?: T, transport?: Transport | symbol): MethodDecorator;
  <T = string>(metadata?: T, extras?: Extras): MethodDecorator;
  <T = string>(metadata?: T, transport?: Transport | symbol, extras?: Extras): MethodDecorator;
  <Events extends object>(
    topic: keyof Events,
    transport?: Transport | symbol,
    extras?: Extras,
  ): TypedEventDecorator<Events, typeof topic>;
};
