import { BadRequestException } from '@nestjs/common';
import { DEFAULT_DELAYS } from './retry-topic-count.js';
import type { DeliveryBatch, DeliveryPolicy, DeliveryRetry, DeliveryTransaction } from './delivery-policy.js';

/** A policy with every default filled in. */
export interface ResolvedPolicy {
  readonly ack: 'handler' | 'manual' | 'receipt';
  readonly order: 'partition' | 'key' | 'none';
  readonly concurrency: number;
  /** `undefined`: nothing was said, and the engine's own redelivery stands. */
  readonly retry: (Required<Omit<DeliveryRetry, 'retriable'>> & Pick<DeliveryRetry, 'retriable'>) | undefined;
  readonly deadLetter: DeliveryPolicy['deadLetter'];
  readonly batch: Required<DeliveryBatch> | undefined;
  readonly transaction: (DeliveryTransaction & { readonly timeout: number }) | undefined;
  readonly rateLimit: DeliveryPolicy['rateLimit'];
  readonly filter: DeliveryPolicy['filter'];
}

/** What Nest's pipes throw for a message that is not as it should be: it would not be at its next attempt either. */
const UNREADABLE = [BadRequestException];
const DEFAULT_CONCURRENCY = 100;

/** Whether records of one partition are with their stages at the same time; it needs an engine with `payload.defer()`. */
export function isOverlapping({ order, batch }: ResolvedPolicy): boolean {
  return order !== 'partition' || batch !== undefined;
}

/** Fills in the defaults of a policy that has been checked. */
export function resolvePolicy(policy: DeliveryPolicy): ResolvedPolicy {
  const { ack = 'handler', order = 'partition', deadLetter, rateLimit, filter } = policy;
  return {
    ack,
    order,
    concurrency: policy.concurrency ?? (order === 'partition' ? 1 : DEFAULT_CONCURRENCY),
    retry: resolveRetry(policy),
    deadLetter,
    batch: resolveBatch(policy.batch),
    transaction: resolveTransaction(policy.transaction),
    rateLimit,
    filter,
  };
}

function resolveRetry({ retry, deadLetter }: DeliveryPolicy): ResolvedPolicy['retry'] {
  if (retry === undefined && deadLetter === undefined) {
    return undefined;
  }
  const given: DeliveryRetry = typeof retry === 'number' ? { attempts: retry } : (retry ?? { attempts: 1 });
  return {
    attempts: Number.POSITIVE_INFINITY,
    ...DEFAULT_DELAYS,
    jitter: 0.2,
    fatal: deadLetter === undefined ? [] : UNREADABLE,
    in: 'place',
    ...given,
  };
}

function resolveBatch(batch: DeliveryPolicy['batch']): ResolvedPolicy['batch'] {
  return batch === undefined || batch === false
    ? undefined
    : { size: 500, flushAfter: 100, ...(batch === true ? {} : batch) };
}

function resolveTransaction(transaction: DeliveryPolicy['transaction']): ResolvedPolicy['transaction'] {
  return transaction === undefined || transaction === false
    ? undefined
    : { timeout: 60_000, ...(transaction === true ? {} : transaction) };
}
