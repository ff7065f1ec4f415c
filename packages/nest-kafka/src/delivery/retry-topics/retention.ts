import type { LoggerService } from '@nestjs/common';
import type { KafkaAdmin } from '../../driver/kafka-driver.js';
import { messageOf } from '../../errors/message-of.js';

/** KafkaJS's `ConfigResourceTypes.TOPIC`. */
const TOPIC = 2;
/** How long messages are kept for a service that is down, at least. Milliseconds. */
const WEEK = 7 * 24 * 3_600_000;

/** What a retry topic is made with: whatever the broker's defaults are, nothing must leave it before its time. */
export function retryTopicConfigs(longestDelay: number): Record<string, string> {
  return { 'cleanup.policy': 'delete', 'retention.ms': String(Math.max(WEEK, 3 * longestDelay)) };
}

/**
 * Looks whether topics that were there already keep what waits in them.
 *
 * @throws Error that names every topic that would lose messages, the setting, and the value it needs.
 */
export async function checkRetention(
  admin: KafkaAdmin,
  topics: readonly string[],
  longestDelay: number,
  logger: LoggerService,
): Promise<void> {
  if (admin.describeConfigs === undefined || topics.length === 0) {
    return;
  }
  let resources: { resourceName: string; configEntries: { configName: string; configValue: string }[] }[];
  try {
    ({ resources } = await admin.describeConfigs({
      resources: topics.map(name => ({ type: TOPIC, name, configNames: ['cleanup.policy', 'retention.ms'] })),
      includeSynonyms: false,
    }));
  } catch (error) {
    logger.warn(
      `The settings of the retry topics ${topics.join(', ')} could not be read (${messageOf(error)}): see to it yourself that ` +
        `they are not compacted, and keep messages for more than ${longestDelay} ms.`,
    );
    return;
  }
  const faults = resources.flatMap(({ resourceName, configEntries }) => {
    const values = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]));
    const retention = Number(values.get('retention.ms') ?? -1);
    return [
      ...(values.get('cleanup.policy')?.includes('compact') === true
        ? [`"${resourceName}" has a "cleanup.policy" of '${values.get('cleanup.policy')}': it must be 'delete'`]
        : []),
      ...(retention >= 0 && retention <= longestDelay
        ? [
            `"${resourceName}" has a "retention.ms" of ${retention}: it must be more than ${longestDelay}, the longest delay`,
          ]
        : []),
    ];
  });
  if (faults.length > 0) {
    throw new Error(`Retry topics would lose messages that wait in them. ${faults.join('. ')}.`);
  }
}
