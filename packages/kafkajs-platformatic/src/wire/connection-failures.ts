/** The connection is gone, or was never made; what was on its way may or may not have been acted on. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** The broker took a request and did not answer in time. Times in milliseconds since the epoch. */
export class RequestTimedOut extends Error {
  override readonly name = 'RequestTimedOut';
  readonly correlationId: number;
  readonly createdAt: number;
  readonly sentAt: number;
  /** How long the answer was waited for, whatever was done to the clock meanwhile. */
  readonly waited: number;

  constructor(times: Pick<RequestTimedOut, 'correlationId' | 'createdAt' | 'sentAt'> & { readonly writtenAt: number }) {
    super('Request timed out');
    this.correlationId = times.correlationId;
    this.createdAt = times.createdAt;
    this.sentAt = times.sentAt;
    this.waited = Math.round(performance.now() - times.writtenAt);
  }
}

/** Nobody could be authenticated: by the broker's word, or because the mechanism itself failed. */
export class AuthenticationFailed extends Error {
  override readonly name = 'AuthenticationFailed';
}
