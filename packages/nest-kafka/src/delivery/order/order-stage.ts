import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { DeliveryStage } from '../delivery-runtime.js';
import type { HandleRecord } from '../handle-record.js';
import { type LaneOptions, PartitionLanes } from './partition-lanes.js';

/** Lets records of a partition overlap: each key in its order, or none at all. */
export const orderStage: DeliveryStage = ({ policy: { order, concurrency, ack } }, _, next) =>
  order === 'partition' || ack === 'receipt'
    ? undefined
    : inLanes({ laneOf: order === 'key' ? keyOf : noLane, concurrency, givesUp: true, handle: next });

/** Each tenure of a partition has lanes of its own, which end with it. */
export function inLanes(options: LaneOptions): HandleRecord {
  const lanes = new WeakMap<object, PartitionLanes>();
  return (payload, attempt) => {
    // An engine that defers says whose tenure it is; that is checked at the start.
    const tenure = payload.tenure ?? options;
    let ofTenure = lanes.get(tenure);
    if (ofTenure === undefined) {
      ofTenure = new PartitionLanes(options);
      lanes.set(tenure, ofTenure);
    }
    return ofTenure.run(payload, attempt);
  };
}

/** The bytes of the key, as text; records without a key wait for none. */
export function keyOf({ message: { key } }: EachMessagePayload): string | undefined {
  return key === null || key === undefined ? undefined : Buffer.from(key).toString('latin1');
}

export function noLane(): undefined {
  return undefined;
}
