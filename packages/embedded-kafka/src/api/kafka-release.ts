import { levelsOf40, levelsOf41, type FeatureLevels } from '../cluster/features.js';
import { ApiTable } from './api-table.js';
import type { AnyApi } from './api.js';

/** The releases that can be played, oldest first. */
export const kafkaReleases = [
  '2.1',
  '2.2',
  '2.3',
  '2.4',
  '2.5',
  '2.6',
  '2.7',
  '2.8',
  '3.0',
  '3.1',
  '3.2',
  '3.3',
  '3.4',
  '3.5',
  '3.6',
  '3.7',
  '3.8',
  '3.9',
  '4.0',
  '4.1',
] as const;

/** A release of Apache Kafka. */
export type KafkaRelease = (typeof kafkaReleases)[number];

/**
 * Each API's highest version, by its key: `release:version` wherever it rose. From the message definitions at Apache Kafka's
 * release tags; versions that were marked unstable do not count, nor do KIP-848's APIs before 4.0, which switched them on.
 */
const risen: Readonly<Record<number, string>> = {
  0: '2.1:7 2.4:8 2.8:9 3.7:10 3.8:11 4.0:12 4.1:13',
  1: '2.1:10 2.3:11 2.7:12 3.1:13 3.5:15 3.7:16 3.9:17 4.1:18',
  2: '2.1:4 2.2:5 2.8:6 3.0:7 3.5:8 3.9:9 4.0:10',
  3: '2.1:7 2.3:8 2.4:9 2.8:11 3.1:12 4.0:13',
  8: '2.1:6 2.3:7 2.4:8 3.7:9',
  9: '2.1:5 2.4:6 2.5:7 3.0:8 3.7:9',
  10: '2.1:2 2.4:3 3.0:4 3.8:5 3.9:6',
  11: '2.1:3 2.2:4 2.3:5 2.4:6 2.5:7 3.2:9',
  12: '2.1:2 2.3:3 2.4:4',
  13: '2.1:2 2.4:4 3.2:5',
  14: '2.1:2 2.3:3 2.4:4 2.5:5',
  15: '2.1:2 2.3:3 2.4:5 4.0:6',
  16: '2.1:2 2.4:3 2.6:4 3.8:5',
  17: '2.1:1',
  18: '2.1:2 2.4:3 3.9:4',
  19: '2.1:3 2.4:5 2.7:6 2.8:7',
  20: '2.1:3 2.4:4 2.7:5 2.8:6',
  21: '2.1:1 2.6:2',
  22: '2.1:1 2.4:2 2.5:3 2.7:4 3.8:5',
  23: '2.1:2 2.3:3 2.8:4',
  24: '2.1:1 2.7:2 2.8:3 3.6:4 3.8:5',
  25: '2.1:1 2.7:2 2.8:3 3.8:4',
  26: '2.1:1 2.7:2 2.8:3 3.8:4 4.0:5',
  27: '2.1:0 2.8:1',
  28: '2.1:2 2.5:3 3.8:4 4.0:5',
  29: '2.1:1 2.5:2 3.3:3',
  30: '2.1:1 2.5:2 3.3:3',
  31: '2.1:1 2.5:2 3.3:3',
  32: '2.1:2 2.6:3 2.8:4',
  33: '2.1:1 2.8:2',
  34: '2.1:1 2.8:2',
  35: '2.1:1 2.6:2 3.2:3 3.3:4',
  36: '2.1:0 2.2:1 2.5:2',
  37: '2.1:1 2.5:2 2.7:3',
  38: '2.1:1 2.4:2 3.3:3',
  39: '2.1:1 2.5:2',
  40: '2.1:1 2.5:2',
  41: '2.1:1 2.5:2 3.3:3',
  42: '2.1:1 2.4:2',
  43: '2.2:0 2.4:2',
  44: '2.3:0 2.4:1',
  45: '2.4:0 4.1:1',
  46: '2.4:0',
  47: '2.4:0',
  48: '2.6:0 2.8:1',
  49: '2.6:0 2.8:1',
  50: '2.7:0',
  51: '2.7:0',
  55: '2.7:0 3.3:1 3.9:2',
  57: '2.7:0 3.3:1 4.0:2',
  60: '2.8:0 3.7:1 4.0:2',
  61: '3.0:0',
  64: '2.8:0',
  65: '3.0:0',
  66: '3.0:0 3.8:1 4.1:2',
  68: '4.0:1',
  69: '4.0:1',
  71: '3.7:0',
  72: '3.7:0',
  74: '3.7:0 4.1:1',
  75: '3.8:0',
  76: '4.1:1',
  77: '4.1:1',
  78: '4.1:1',
  79: '4.1:1',
  80: '3.9:0',
  81: '3.9:0',
  83: '4.1:0',
  84: '4.1:0',
  85: '4.1:0',
  86: '4.1:0',
  87: '4.1:0',
  90: '4.1:0',
  91: '4.1:0',
  92: '4.1:0',
};

export function isKafkaRelease(text: string): text is KafkaRelease {
  return (kafkaReleases as readonly string[]).includes(text);
}

/** Whether a release knows features such as `transaction.version` and `group.version`, and has them on. */
export function hasFeatures(release: KafkaRelease): boolean {
  return kafkaReleases.indexOf(release) >= kafkaReleases.indexOf('4.0');
}

/** The levels of features that a new cluster of a release has; those before 4.0 are played without. */
export function featureLevelsOf(release: KafkaRelease): FeatureLevels {
  if (!hasFeatures(release)) return {};
  return release === '4.0' ? levelsOf40 : levelsOf41;
}

/** The highest version of an API that a release has; undefined if it has none. */
export function highestVersion(apiKey: number, release: KafkaRelease): number | undefined {
  const at = kafkaReleases.indexOf(release);
  const steps = (risen[apiKey] ?? '').split(' ').map(step => step.split(':'));
  const reached = steps.filter(([since = '']) => isKafkaRelease(since) && kafkaReleases.indexOf(since) <= at);
  const version = reached.at(-1)?.[1];
  return version === undefined ? undefined : Number(version);
}

/**
 * What a release serves, of what is served here. The lowest versions stay those of 4.1: what an old broker could do besides is
 * for clients that are older still.
 */
export function apisOf(release: KafkaRelease, apis: readonly AnyApi[]): ApiTable {
  return new ApiTable(
    apis.flatMap(api => {
      const highest = highestVersion(api.key, release);
      if (highest === undefined || highest < api.minVersion) return [];
      return [{ ...api, maxVersion: Math.min(api.maxVersion, highest) }];
    }),
  );
}
