import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/**
 * Reads and writes one message in each of its versions. Codecs are generated, see `generated/`.
 *
 * `Value` is a message as read: every field is there; one that the version lacks has its default.
 * `Init` is a message as written: fields with a default may be left out, and those that the version lacks are dropped.
 */
export interface Codec<Value, Init = Value> {
  read(reader: Reader, version: number): Value;
  write(writer: Writer, value: Init, version: number): void;
}

/** An API's request and response codecs, with the facts needed to frame them. Generated, see `generated/`. */
export interface ApiCodec<Request, RequestInit, Response, ResponseInit> {
  readonly key: number;
  readonly name: string;
  /** Lowest version that the schema knows. */
  readonly minVersion: number;
  /** Highest stable version that the schema knows. */
  readonly maxVersion: number;
  /** First version with compact lengths and tagged fields (KIP-482); `Infinity` if there is none. */
  readonly flexibleVersion: number;
  readonly request: Codec<Request, RequestInit>;
  readonly response: Codec<Response, ResponseInit>;
}
