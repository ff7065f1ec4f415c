import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { HealthSource, KafkaHealth, KafkaHealthOptions } from './health/kafka-health.js';
import { liveConnections } from './health/live-connections.js';

/** What `HealthIndicatorService` of `@nestjs/terminus` 11 gives for a key, as far as it is used here. */
interface IndicatorSession<Result> {
  up(data: Record<string, unknown>): Result;
  down(data: Record<string, unknown>): Result;
}

/** `HealthIndicatorService` of `@nestjs/terminus` 11 by its shape, so that the package is no dependency. */
export interface HealthIndicators<Result = unknown> {
  check(key: string): IndicatorSession<Result>;
}

/** What a check may be told. */
export interface KafkaIndicatorOptions extends KafkaHealthOptions {
  /** Which servers and clients to look at. Default: all of this process that listen or are connected. */
  of?: readonly HealthSource[];
}

/**
 * A health indicator for `@nestjs/terminus`: down as soon as one of the servers and clients is not healthy, with all that is
 * known of each.
 *
 * ```ts
 * @Module({ imports: [TerminusModule], providers: [kafkaHealthIndicator(HealthIndicatorService)] })
 * // and in the controller
 * this.health.check([() => this.kafka.isHealthy('kafka', { stuckAfter: 30_000 })]);
 * ```
 */
export class KafkaHealthIndicator<Result = unknown> {
  constructor(private readonly indicators: HealthIndicators<Result>) {}

  async isHealthy(key: string, { of = liveConnections(), ...options }: KafkaIndicatorOptions = {}): Promise<Result> {
    const indicator = this.indicators.check(key);
    const connections = await Promise.all(of.map(source => source.health(options)));
    const faults = connections.flatMap((health: KafkaHealth) => health.faults);
    return faults.length === 0 ? indicator.up({ connections }) : indicator.down({ faults, connections });
  }
}

/** The provider of {@link KafkaHealthIndicator}, given terminus's `HealthIndicatorService`. */
export function kafkaHealthIndicator(service: InjectionToken): FactoryProvider<KafkaHealthIndicator> {
  return {
    provide: KafkaHealthIndicator,
    useFactory: (indicators: HealthIndicators) => new KafkaHealthIndicator(indicators),
    inject: [service],
  };
}
