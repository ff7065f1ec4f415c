import { Reader } from '../../src/protocol/reader.js';
import { Writer } from '../../src/protocol/writer.js';
import type { AnyCodec } from './any-codec.js';

const API_VERSIONS_KEY = 18;

/** A response frame, taken apart. */
export interface DecodedAnswer {
  /** What the header has after the correlation id, in hex: the tagged fields of flexible versions, or nothing. */
  readonly header: string;
  readonly response: unknown;
  /**
   * Whether our own writer makes the very same bytes of what was read. It fails if bytes are left over, if a tagged
   * field is sent that we do not know, or if the two sides disagree on what is a default.
   */
  readonly isCanonical: boolean;
}

export const correlationIdOf = (frame: Buffer): number => (frame.length < 4 ? -1 : frame.readInt32BE(0));

/** @throws MalformedMessageError if the body is not what the version prescribes */
export function decodeAnswer(codec: AnyCodec, version: number, frame: Buffer): DecodedAnswer {
  const reader = new Reader(frame, 4);
  if (version >= codec.flexibleVersion && codec.key !== API_VERSIONS_KEY) reader.skipTaggedFields();
  const bodyAt = reader.offset;
  const response = codec.response.read(reader, version);
  const writer = new Writer();
  codec.response.write(writer, response, version);
  return {
    header: frame.toString('hex', 4, bodyAt),
    response,
    isCanonical: Buffer.concat(writer.finish()).equals(frame.subarray(bodyAt)),
  };
}
