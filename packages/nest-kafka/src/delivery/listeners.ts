import type { MessageHandler } from '@nestjs/microservices';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { DeliveryRuntime, HandleRecord } from './delivery-runtime.js';
import { policiesOf } from './policies-of-handlers.js';
import type { DeliveryPolicy } from './policy/delivery-policy.js';
import { resolvePolicy } from './policy/resolved-policy.js';
import { DELIVERY_STAGES } from './stages.js';

/** What a server's listeners are made of. */
export interface ListenerSources {
  readonly owner: string;
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  readonly defaults: DeliveryPolicy | undefined;
  readonly runtime: DeliveryRuntime;
  /** Handles a record without any policy. */
  readonly handle: HandleRecord;
  /** The pattern of the handler of a topic. */
  patternOf(topic: string): string;
}

/**
 * The handlers of a server that have a delivery policy, each with the stages that its policy asks for.
 *
 * Invariant: built once, at the start; a record costs one look into a map of topics, and none where nobody has a policy.
 */
export class Listeners {
  private readonly byPattern = new Map<string, HandleRecord>();
  /** Topics are found by their pattern once: a regular expression may have many. */
  private readonly byTopic = new Map<string, HandleRecord>();

  /** @throws InvalidOptionsError with everything that is wrong with the policies of all handlers. */
  constructor(private readonly sources: ListenerSources) {
    const { policies, faults } = policiesOf(sources.handlers, sources.defaults);
    if (faults.length > 0) {
      throw new InvalidOptionsError(sources.owner, faults);
    }
    for (const [pattern, policy] of policies) {
      const listener = { pattern, policy: resolvePolicy(policy) };
      const handle = DELIVERY_STAGES.reduceRight<HandleRecord>(
        (next, stage) => stage(listener, sources.runtime, next) ?? next,
        sources.handle,
      );
      this.byPattern.set(pattern, handle);
    }
  }

  /** How records of a topic are handled. */
  of(topic: string): HandleRecord {
    if (this.byPattern.size === 0) {
      return this.sources.handle;
    }
    let handle = this.byTopic.get(topic);
    if (handle === undefined) {
      handle = this.byPattern.get(this.sources.patternOf(topic)) ?? this.sources.handle;
      this.byTopic.set(topic, handle);
    }
    return handle;
  }
}
