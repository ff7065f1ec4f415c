/** Where a value comes from, with its code in DescribeConfigs. */
export const ConfigSource = {
  dynamicTopic: 1,
  dynamicBroker: 2,
  dynamicDefault: 3,
  staticBroker: 4,
  default: 5,
  dynamicClientMetrics: 7,
  dynamicGroup: 8,
} as const;

/** A value under the name of the configuration that it was found under. */
export interface ConfigSynonym {
  readonly name: string;
  readonly value: string;
  /** One of `ConfigSource`. */
  readonly source: number;
}
