import { ErrorCode } from '../protocol/errors.js';

/** Clients that send versions 0 and 1 of the transaction APIs do not know PRODUCER_FENCED. */
export function forVersion(errorCode: number, version: number): number {
  return errorCode === ErrorCode.PRODUCER_FENCED && version < 2 ? ErrorCode.INVALID_PRODUCER_EPOCH : errorCode;
}
