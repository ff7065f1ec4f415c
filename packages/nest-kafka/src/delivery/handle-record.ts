import type { EachMessagePayload } from '../driver/kafka-types.js';

/** Handles one record; rejects when it is to be delivered again. `attempt` is 1 for its first delivery. */
export type HandleRecord = (payload: EachMessagePayload, attempt: number) => Promise<void>;
