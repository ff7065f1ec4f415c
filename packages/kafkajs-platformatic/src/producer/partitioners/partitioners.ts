import { keyedPartitioner } from './keyed-partitioner.js';
import { legacyMurmur2 } from './legacy-murmur2.js';
import { murmur2 } from './murmur2.js';
import type { ICustomPartitioner } from './partitioner.js';

/** Same partition for a key as Kafka's Java client and KafkaJS 2. */
export const DefaultPartitioner: ICustomPartitioner = /* @__PURE__ */ keyedPartitioner(murmur2);

/** Same partition for a key as KafkaJS 1. */
export const LegacyPartitioner: ICustomPartitioner = /* @__PURE__ */ keyedPartitioner(legacyMurmur2);

export const Partitioners = {
  DefaultPartitioner,
  LegacyPartitioner,
  /** @deprecated The name of DefaultPartitioner before KafkaJS 2. */
  JavaCompatiblePartitioner: DefaultPartitioner,
};
