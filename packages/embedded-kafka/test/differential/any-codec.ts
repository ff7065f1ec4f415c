import type { ApiCodec } from '../../src/protocol/codec.js';

/** Some API's codecs, for code that handles all of them alike. */
export type AnyCodec = ApiCodec<unknown, unknown, unknown, unknown>;

export const asAnyCodec = <Request, Init, Response, ResponseInit>(
  codec: ApiCodec<Request, Init, Response, ResponseInit>,
): AnyCodec => codec as unknown as AnyCodec;
