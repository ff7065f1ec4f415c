import type { AnyApi, RequestContext } from '../api/api.js';
import { fetchCodec } from '../protocol/generated/fetch.js';
import { produceCodec } from '../protocol/generated/produce.js';
import { saslAuthenticateCodec } from '../protocol/generated/sasl-authenticate.js';
import { saslHandshakeCodec } from '../protocol/generated/sasl-handshake.js';

/** Who has not proved who he is has no quota yet. */
const unlimited: ReadonlySet<number> = new Set([saslHandshakeCodec.key, saslAuthenticateCodec.key]);

/**
 * An API whose clients have to wait where they go beyond their quotas. The answer goes out at once and tells for how long
 * (`throttleTimeMs`); until then the connection is not listened to (KIP-219). What a handler itself says in its answer's
 * `throttleTimeMs` counts, too.
 *
 * A request is charged with the time that its handler works. A Fetch charges itself, since it answers nothing if that is too much.
 */
export function throttledApi(api: AnyApi): AnyApi {
  if (unlimited.has(api.key)) return api;
  return {
    ...api,
    handle(request, context) {
      const { throttles } = context.broker;
      if (!throttles.isUsed) return api.handle(request, context);
      const startedAt = performance.now();
      const answer = api.handle(request, context);
      const workedMs = performance.now() - startedAt;
      return answer instanceof Promise
        ? answer.then(settled => throttled(api.key, request, settled, workedMs, context))
        : throttled(api.key, request, answer, workedMs, context);
    },
  };
}

function throttled(key: number, request: unknown, answer: unknown, workedMs: number, context: RequestContext): unknown {
  const { broker, connection, bodyBytes } = context;
  const { throttleTimeMs = 0 } = (answer ?? {}) as { readonly throttleTimeMs?: number };
  const isFetch = key === fetchCodec.key;
  const isProduce = key === produceCodec.key;
  // A Produce that is not answered is charged with its bytes alone, as in Kafka.
  const isUnanswered = isProduce && (request as { readonly acks: number }).acks === 0;
  const waitMs = Math.max(
    throttleTimeMs,
    isProduce ? broker.throttles.produced(bodyBytes, context) : 0,
    isUnanswered || isFetch ? 0 : broker.throttles.handled(workedMs, context),
  );
  if (waitMs === 0) return answer;
  connection.throttle(waitMs);
  return answer === null ? null : { ...(answer as object), throttleTimeMs: waitMs };
}
