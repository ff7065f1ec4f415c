import type { LoggerService } from '@nestjs/common';
import { KafkaLogger } from '@nestjs/microservices';
import { defaultDriver } from './default-driver.js';
import type { DriverFactory, KafkaDriver } from './kafka-driver.js';
import type { KafkaConfig } from './kafka-types.js';

/**
 * Makes the engine of one client or server. What the engine logs goes to Nest's logger in the format of the built-in
 * transport, unless the options bring a `logCreator`.
 */
export async function createDriver(
  driver: DriverFactory | undefined,
  logger: LoggerService,
  config: Partial<KafkaConfig> | undefined,
  identity: Pick<KafkaConfig, 'brokers' | 'clientId'>,
): Promise<KafkaDriver> {
  const logCreator = KafkaLogger.bind(null, logger) as NonNullable<KafkaConfig['logCreator']>;
  return (driver ?? defaultDriver)({ logCreator, ...config, ...identity });
}
