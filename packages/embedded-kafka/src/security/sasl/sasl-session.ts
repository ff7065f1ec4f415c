import { CloseConnectionError } from '../../api/close-connection-error.js';
import { ErrorCode } from '../../protocol/errors.js';
import { ANONYMOUS, principalText, type Principal } from '../principal.js';
import { SaslFailure, type ProvedIdentity, type SaslExchange } from './sasl-exchange.js';

export const SASL_HANDSHAKE_KEY = 17;
export const API_VERSIONS_KEY = 18;
export const SASL_AUTHENTICATE_KEY = 36;

/** As in Kafka: a client that renews its session more often is told ILLEGAL_SASL_STATE. */
const SHORTEST_SESSION_MS = 1_000;

/** What a listener takes for a proof of identity. */
export interface SaslMechanisms {
  /** In the order in which clients are told of them. */
  readonly names: readonly string[];
  /** How long a proof is good for (`connections.max.reauth.ms`); 0 for ever. Milliseconds. */
  readonly maxReauthMs: number;
  begin(mechanism: string): SaslExchange;
}

/** The answer to a token. `failure`: why the connection ends after it. */
export interface TokenAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly authBytes: Buffer;
  readonly sessionLifetimeMs: bigint;
  readonly failure?: string;
}

type State = 'versions-or-handshake' | 'handshake' | 'authenticate' | 'authenticated' | 'changed-mechanism' | 'failed';

/**
 * How a client of a SASL listener proves who it is (KIP-43, KIP-152, KIP-368). States:
 *
 *   versions-or-handshake -> handshake        ApiVersions was answered; a second one ends the connection
 *   versions-or-handshake, handshake -> authenticate      SaslHandshake named a mechanism that is enabled
 *   authenticate -> authenticated             the mechanism is content
 *   authenticated -> handshake                SaslHandshake again, at most once a second: the session is renewed
 *   handshake -> changed-mechanism            ... with another mechanism: the next request ends the connection
 *   any -> failed                             the answer is the last one
 *
 * Invariants: nothing but ApiVersions, SaslHandshake and SaslAuthenticate is served before `authenticated`, and the
 * principal of a connection never changes once it is known. After a handshake of version 0, tokens come without a header.
 */
export class SaslSession {
  private state: State = 'versions-or-handshake';
  private exchange: SaslExchange | undefined;
  private mechanism = '';
  private identity: Principal | undefined;
  private hasHeaders = false;
  /** The client knows sessions (SaslAuthenticate v1+), so it may renew its own. */
  private knowsSessions = false;
  private expiresAt = Infinity;
  private renewalBegunAt = -Infinity;

  constructor(
    private readonly mechanisms: SaslMechanisms,
    private readonly now: () => number,
  ) {}

  get principal(): Principal {
    return this.identity ?? ANONYMOUS;
  }

  /** Whether the client has proved who it is at least once. */
  get isProved(): boolean {
    return this.identity !== undefined;
  }

  /** The next frame is a token without a header, not a request. */
  get takesBareToken(): boolean {
    return this.state === 'authenticate' && !this.hasHeaders;
  }

  /**
   * Whether a request may be handled now.
   * @returns the error to answer with before the connection ends, or undefined if it may
   * @throws CloseConnectionError if the connection ends without an answer
   */
  admit(apiKey: number, apiName: string): number | undefined {
    switch (this.state) {
      case 'authenticated':
        if (apiKey === SASL_HANDSHAKE_KEY && this.mayRenew()) {
          this.state = 'handshake';
          this.renewalBegunAt = this.now();
        } else if (this.now() > this.expiresAt) {
          throw new CloseConnectionError(`the SASL session of ${principalText(this.principal)} has expired`);
        }
        return undefined;
      case 'authenticate':
        if (apiKey === SASL_AUTHENTICATE_KEY) return undefined;
        this.state = 'failed';
        return ErrorCode.ILLEGAL_SASL_STATE;
      case 'changed-mechanism':
        throw new CloseConnectionError(`a session that ${this.mechanism} began cannot be renewed by another mechanism`);
      case 'failed':
        throw new CloseConnectionError(`${apiName} came after the authentication had failed`);
      default:
        if (apiKey === SASL_HANDSHAKE_KEY) return undefined;
        if (apiKey === API_VERSIONS_KEY && this.state === 'versions-or-handshake') return undefined;
        throw new CloseConnectionError(
          `${apiName} came before the client had authenticated: this listener wants SASL (${this.mechanisms.names.join(', ')})`,
        );
    }
  }

  /** ApiVersions was answered without an error. */
  versionsTold(): void {
    if (this.state === 'versions-or-handshake') this.state = 'handshake';
  }

  /** SaslHandshake. Call `admit` first. `failure`: why the connection ends after the answer. */
  handshake(mechanism: string, version: number): { errorCode: number; mechanisms: string[]; failure?: string } {
    if (this.state === 'authenticated') return { errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] };
    const mechanisms = [...this.mechanisms.names];
    if (version >= 1) this.hasHeaders = true;
    if (!mechanisms.includes(mechanism)) {
      this.state = 'failed';
      const errorCode = ErrorCode.UNSUPPORTED_SASL_MECHANISM;
      const failure = `SASL mechanism ${JSON.stringify(mechanism)} is not enabled, only ${mechanisms.join(', ')}`;
      return { errorCode, mechanisms, failure };
    }
    if (this.isProved && mechanism !== this.mechanism) {
      this.state = 'changed-mechanism';
    } else {
      this.mechanism = mechanism;
      this.exchange = this.mechanisms.begin(mechanism);
      this.state = 'authenticate';
    }
    return { errorCode: ErrorCode.NONE, mechanisms };
  }

  /** SaslAuthenticate, or a token without a header, for which `version` is undefined. Call `admit` first. */
  async token(token: Buffer, version: number | undefined): Promise<TokenAnswer> {
    if (this.state !== 'authenticate' || this.exchange === undefined) {
      const errorMessage = 'SaslAuthenticate request received after successful authentication';
      return { ...refusal(ErrorCode.ILLEGAL_SASL_STATE, errorMessage) };
    }
    if (version !== undefined && version >= 1) this.knowsSessions = true;
    try {
      const { challenge, proved } = await this.exchange.step(token);
      const sessionLifetimeMs = proved === undefined ? 0n : this.prove(proved);
      return { errorCode: ErrorCode.NONE, errorMessage: null, authBytes: challenge, sessionLifetimeMs };
    } catch (error) {
      this.state = 'failed';
      if (!(error instanceof SaslFailure)) throw error;
      const phase = this.isProved ? 're-authentication' : 'authentication';
      const told =
        error.told ??
        `Authentication failed during ${phase} due to invalid credentials with SASL mechanism ${this.mechanism}`;
      return {
        ...refusal(ErrorCode.SASL_AUTHENTICATION_FAILED, told),
        failure: `SASL ${phase} with ${this.mechanism} failed: ${error.message}`,
      };
    }
  }

  private prove({ principal, expiresAt }: ProvedIdentity): bigint {
    if (this.identity && principalText(this.identity) !== principalText(principal)) {
      throw SaslFailure.toBeTold(
        `Cannot change principals during re-authentication from ${dotted(this.identity)}: ${dotted(principal)}`,
      );
    }
    this.identity = principal;
    this.exchange = undefined;
    this.state = 'authenticated';
    const { maxReauthMs } = this.mechanisms;
    const lifetimes = [
      ...(expiresAt === undefined ? [] : [expiresAt - this.now()]),
      ...(maxReauthMs > 0 ? [maxReauthMs] : []),
    ];
    if (lifetimes.length === 0) return 0n;
    const lifetime = Math.max(0, Math.min(...lifetimes));
    this.expiresAt = this.now() + lifetime;
    return BigInt(lifetime);
  }

  private mayRenew(): boolean {
    return this.knowsSessions && this.now() - this.renewalBegunAt >= SHORTEST_SESSION_MS;
  }
}

const refusal = (errorCode: number, errorMessage: string): TokenAnswer => ({
  errorCode,
  errorMessage,
  authBytes: Buffer.alloc(0),
  sessionLifetimeMs: 0n,
});

const dotted = ({ type, name }: Principal): string => `${type}.${name}`;
