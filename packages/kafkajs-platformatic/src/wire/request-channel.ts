import type { Reader, Writer } from './platformatic.js';

/** Called once with the response or with the error that came in its place. */
export type ResponseCallback<Response> = (error: Error | null, response?: Response) => void;

/** All that the library's `xxxVn.api` functions use of a connection; the contract test holds them to it. */
export interface RequestChannel {
  send<Response>(
    apiKey: number,
    apiVersion: number,
    createPayload: () => Writer,
    parse: (correlationId: number, apiKey: number, apiVersion: number, reader: Reader) => Response,
    hasRequestTags: boolean,
    hasResponseTags: boolean,
    callback: ResponseCallback<Response>,
  ): void;
}
