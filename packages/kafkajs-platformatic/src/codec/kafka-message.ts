/** Header values by name; a name that occurs more than once has an array. `undefined` is a header without value. */
export interface IHeaders {
  [key: string]: Buffer | string | (Buffer | string)[] | undefined;
}

/** A message as an application hands it to a producer. */
export interface Message {
  key?: Buffer | string | null;
  /** `null` is a tombstone. */
  value: Buffer | string | null;
  partition?: number;
  headers?: IHeaders;
  /** Milliseconds since the epoch, in decimal. Default: now. */
  timestamp?: string;
}

/** A message as a consumer hands it to an application: KafkaJS's `RecordBatchEntry`. */
export interface KafkaMessage {
  key: Buffer | null;
  value: Buffer | null;
  /** Milliseconds since the epoch, in decimal. */
  timestamp: string;
  attributes: number;
  /** Decimal. */
  offset: string;
  headers: IHeaders;
  size?: never;
}
