/** What a topic's configuration has to say about batches. */
export interface BatchLimits {
  /** `max.message.bytes`. */
  readonly maxMessageBytes: number;
  /** `message.timestamp.after.max.ms`: how far in the future a record's time may lie. */
  readonly timestampAfterMaxMs: number;
  /** `message.timestamp.before.max.ms`: how far in the past. */
  readonly timestampBeforeMaxMs: number;
  /** `cleanup.policy` has `compact`: every record needs a key. */
  readonly requiresKeys: boolean;
  /** `message.timestamp.type`: whether the broker stamps the records. */
  readonly logAppendTime: boolean;
}

/** Why one record made its whole batch fail (KIP-467). */
export interface RecordError {
  readonly batchIndex: number;
  readonly message: string;
}

/** Why a log has not taken a batch. */
export interface AppendRefusal {
  readonly errorCode: number;
  readonly reason: string;
  /** Whether it was the log that refused: the answer tells its start then. */
  readonly isOfLog?: boolean;
  /** The records that are to blame, where single ones are. */
  readonly recordErrors?: readonly RecordError[];
}
