import { ErrorCode } from '../protocol/errors.js';
import { listTransactionsCodec } from '../protocol/generated/list-transactions.js';
import { InvalidPatternError, LinearPattern } from '../patterns/linear-pattern.js';
import { PASSING_STATES, TRANSACTION_STATES } from '../txn/transaction-state.js';
import { defineApi } from './api.js';

const states: ReadonlySet<string> = new Set([...TRANSACTION_STATES, ...PASSING_STATES]);

/**
 * ListTransactions, v0-2 (KIP-664, KIP-994, KIP-1152).
 *
 * - Filters by state and by producer id; an empty list lets all pass. Names of states that Kafka does not have are given
 *   back as unknown.
 * - v1+ only those that started more than `durationFilter` milliseconds ago; negative for all.
 * - v2 only those whose transactional id the pattern matches as a whole; none or an empty one matches all, and one that
 *   cannot be read is INVALID_REGULAR_EXPRESSION.
 */
export const listTransactions = defineApi(listTransactionsCodec, {
  handle({ stateFilters, producerIdFilters, durationFilter, transactionalIdPattern }, { broker }) {
    const isNamed = matcherOf(transactionalIdPattern);
    if (!isNamed) {
      return { errorCode: ErrorCode.INVALID_REGULAR_EXPRESSION, unknownStateFilters: [], transactionStates: [] };
    }
    const now = broker.clock.now();
    const isListed = (state: string): boolean => stateFilters.length === 0 || stateFilters.includes(state);
    const isOf = (producerId: bigint): boolean =>
      producerIdFilters.length === 0 || producerIdFilters.includes(producerId);
    const isLong = (startedAt: number): boolean => durationFilter < 0n || BigInt(now - startedAt) > durationFilter;
    return {
      errorCode: ErrorCode.NONE,
      unknownStateFilters: stateFilters.filter(state => !states.has(state)),
      transactionStates: Array.from(broker.transactions.all())
        .filter(({ state, producerId, startedAt }) => isListed(state) && isOf(producerId) && isLong(startedAt))
        .filter(({ id }) => isNamed(id))
        .map(({ id, producerId, state }) => ({ transactionalId: id, producerId, transactionState: state })),
    };
  },
});

/** Undefined if the pattern cannot be read. */
function matcherOf(pattern: string | null): ((transactionalId: string) => boolean) | undefined {
  if (pattern === null || pattern === '') return () => true;
  try {
    const linear = new LinearPattern(pattern);
    return id => linear.matches(id);
  } catch (error) {
    if (error instanceof InvalidPatternError) return undefined;
    throw error;
  }
}
