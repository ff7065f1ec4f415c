/**
 * Layout of a record batch, format 2 (https://kafka.apache.org/documentation/#recordbatch). Byte positions from the
 * start of the batch; all numbers big-endian.
 */
export const BASE_OFFSET_AT = 0;
/** Bytes after this field. */
export const BATCH_LENGTH_AT = 8;
export const LEADER_EPOCH_AT = 12;
export const MAGIC_AT = 16;
/** CRC-32C of everything from the attributes on. */
export const CRC_AT = 17;
export const ATTRIBUTES_AT = 21;
export const LAST_OFFSET_DELTA_AT = 23;
export const BASE_TIMESTAMP_AT = 27;
export const MAX_TIMESTAMP_AT = 35;
export const PRODUCER_ID_AT = 43;
export const PRODUCER_EPOCH_AT = 51;
export const BASE_SEQUENCE_AT = 53;
export const RECORD_COUNT_AT = 57;
export const BATCH_HEADER_SIZE = 61;

/** Bytes of the base offset and the length, which the length does not count. */
export const BATCH_OVERHEAD = 12;
export const MAGIC = 2;

export const COMPRESSION_MASK = 0b111;
export const LOG_APPEND_TIME_FLAG = 1 << 3;
export const TRANSACTIONAL_FLAG = 1 << 4;
export const CONTROL_FLAG = 1 << 5;
