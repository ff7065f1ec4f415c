/** A feature that the brokers of a cluster agree on a level of (KIP-584). */
interface FeatureFact {
  readonly name: string;
  /** Levels that the software can do; 0 is "off". */
  readonly min: number;
  readonly max: number;
  /** The highest level that can be had here, if that is less than the software of Kafka can do, and why. */
  readonly limit?: { readonly max: number; readonly reason: string };
}

export interface FinalizedFeature {
  readonly name: string;
  readonly level: number;
}

export interface FeatureUpdate {
  readonly feature: string;
  readonly level: number;
  readonly upgradeType: number;
}

const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;
const UNSAFE_DOWNGRADE = 3;
/** Kafka 4.0-IV1 is the last that changed what metadata records look like: nothing goes below it. */
const LAST_METADATA_CHANGE = 23;

/** In the order in which Apache Kafka 4.1 tells them. */
const facts: readonly FeatureFact[] = [
  { name: 'group.version', min: 0, max: 1 },
  { name: 'kraft.version', min: 0, max: 1, limit: { max: 0, reason: 'There is no quorum whose voters could change.' } },
  { name: 'metadata.version', min: 7, max: 27 },
  { name: 'share.version', min: 0, max: 1, limit: { max: 0, reason: 'Share groups are not built.' } },
  { name: 'transaction.version', min: 0, max: 2 },
  { name: 'eligible.leader.replicas.version', min: 0, max: 1 },
];

export type FeatureLevels = Readonly<Record<string, number>>;

/** What a new cluster of Apache Kafka 4.1 begins with. */
export const levelsOf41: FeatureLevels = {
  'group.version': 1,
  'transaction.version': 2,
  'eligible.leader.replicas.version': 1,
  'metadata.version': 27,
};

/** What one of 4.0 begins with. */
export const levelsOf40: FeatureLevels = { 'group.version': 1, 'transaction.version': 2, 'metadata.version': 25 };

/**
 * The features of the cluster. `transaction.version` and `group.version` count, since clients choose their protocols by them;
 * the others are kept and told. Invariant: `epoch` never falls.
 */
export class Features {
  private readonly levels: Map<string, number>;
  #epoch = 1n;

  /** `onChange` is told each level that was changed. */
  constructor(
    levels: FeatureLevels,
    private readonly onChange: (name: string, level: number) => void = () => undefined,
  ) {
    this.levels = new Map(Object.entries(levels));
  }

  /** How often the cluster's metadata have changed, as Kafka's is the offset of its last metadata record. */
  get epoch(): bigint {
    return this.#epoch;
  }

  /** Something else in the metadata has changed. */
  advance(): void {
    this.#epoch++;
  }

  levelOf(name: string): number {
    return this.levels.get(name) ?? 0;
  }

  /** Whether groups may have their partitions assigned by the broker (KIP-848). */
  get hasConsumerProtocol(): boolean {
    return this.levelOf('group.version') > 0;
  }

  /** A feature at level 0 is off, and not listed. */
  get finalized(): FinalizedFeature[] {
    return Array.from(this.levels, ([name, level]) => ({ name, level })).filter(({ level }) => level > 0);
  }

  get supported(): readonly FeatureFact[] {
    return facts;
  }

  restore(name: string, level: number): void {
    this.levels.set(name, level);
  }

  /** Makes all updates, or none. @returns why not */
  update(updates: readonly FeatureUpdate[], validateOnly: boolean): string | undefined {
    for (const update of updates) {
      const reason = this.refusal(update);
      if (reason !== undefined) {
        return `The update failed for all features since the following feature had an error: Invalid update version ${update.level} for feature ${update.feature}. ${reason}`;
      }
    }
    if (validateOnly) return undefined;
    for (const { feature, level } of updates) {
      if (this.levelOf(feature) === level) continue;
      this.levels.set(feature, level);
      this.#epoch++;
      this.onChange(feature, level);
    }
    return undefined;
  }

  private refusal({ feature, level, upgradeType }: FeatureUpdate): string | undefined {
    if (upgradeType < UPGRADE || upgradeType > UNSAFE_DOWNGRADE) {
      return 'The controller does not support the given upgrade type.';
    }
    if (level < 0) return 'A feature version cannot be less than 0.';
    const fact = facts.find(({ name }) => name === feature);
    if (fact === undefined) {
      return level === 0 ? `Feature ${feature} not found.` : 'The controller does not support this feature.';
    }
    if (level < fact.min || level > fact.max) {
      return `The controller only supports versions ${fact.min}-${fact.max}`;
    }
    const current = this.levelOf(feature);
    if (level < current && upgradeType === UPGRADE) {
      return "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.";
    }
    if (level > current && upgradeType !== UPGRADE) return "Can't downgrade to a newer version.";
    if (fact.limit !== undefined && level > fact.limit.max) return fact.limit.reason;
    if (feature === 'metadata.version' && level < Math.min(current, LAST_METADATA_CHANGE)) {
      return upgradeType === SAFE_DOWNGRADE
        ? 'Refusing to perform the requested downgrade because it might delete metadata information.'
        : 'Unsafe metadata downgrade is not supported in this version.';
    }
    return undefined;
  }
}
