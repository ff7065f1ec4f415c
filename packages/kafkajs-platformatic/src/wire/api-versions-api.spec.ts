import { expect, it } from 'vitest';
import { ApiVersionsApi, type ApiVersionsResponse } from './api-versions-api.js';
import { CheckedReader } from './checked-reader.js';
import type { RequestChannel } from './request-channel.js';

/** What ApiVersions version 3 makes of a body. */
function parse(body: Buffer): ApiVersionsResponse {
  let response: unknown;
  const channel: RequestChannel = {
    send: (key, version, _create, read) => (response = read(1, key, version, CheckedReader.over(body))),
  };
  ApiVersionsApi.send(channel, 3, ['test', '1'], () => undefined);
  return response as ApiVersionsResponse;
}

/** No error, one API (Metadata, 0 to 12), no throttling. */
const VERSIONS = [0, 0, 2, 0, 3, 0, 0, 0, 12, 0, 0, 0, 0, 0];

it('leaves alone what a broker says of its features, however long the lists that it claims', () => {
  const features = [0xff, 0xff, 0xff, 0xff, 0x07, 0xf6, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0, 0];
  expect(parse(Buffer.from([...VERSIONS, 1, 0, features.length, ...features]))).toEqual({
    errorCode: 0,
    apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 12 }],
    throttleTimeMs: 0,
  });
});

it('takes an error as it comes, in the layout of version 0', () => {
  expect(() => parse(Buffer.from([0, 35, 0, 0, 0, 0]))).toThrow(
    expect.objectContaining({ response: { errorCode: 35, apiKeys: [], throttleTimeMs: 0 } }) as Error,
  );
});
