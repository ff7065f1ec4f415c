import type { MessageHandler } from '@nestjs/microservices';
import type { DriverCapabilities } from '../driver/kafka-driver.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { DeliveryRuntime, Listener, RecordOutlet } from './delivery-runtime.js';
import type { HandleRecord } from './handle-record.js';
import { driverFaults } from './driver-demands.js';
import { LifecycleTasks } from './lifecycle-tasks.js';
import { policiesOf } from './policies-of-handlers.js';
import type { DeliveryPolicy } from './policy/delivery-policy.js';
import { isOverlapping, resolvePolicy, type ResolvedPolicy } from './policy/resolved-policy.js';
import { DELIVERY_STAGES } from './stages.js';

/** Messages of a partition that may be looked at while those before them wait, for each that is handled at once. */
const LOOK_AHEAD = 4;
const MIN_DEFERRED = 1024;

/** What a server's listeners are made of. */
export interface ListenerSources {
  readonly owner: string;
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  readonly defaults: DeliveryPolicy | undefined;
  readonly runtime: Omit<DeliveryRuntime, 'lifecycle' | 'patternOf'>;
  /** Handles a record without any policy. */
  readonly handle: HandleRecord;
  /** The pattern of the handler of a topic. */
  patternOf(topic: string): string;
}

/** How the records of a topic are handled. */
export interface RecordHandling {
  readonly handle: HandleRecord;
  /** The engine goes on with the next record of the partition before this one is done; the stages say what waits for what. */
  readonly isOverlapping: boolean;
}

/**
 * The handlers of a server that have a delivery policy, each with the stages that its policy asks for.
 *
 * Invariant: built once, at the start; a record costs one look into a map of topics, and none where nobody has a policy.
 */
export class Listeners {
  private readonly byPattern = new Map<string, RecordHandling>();
  /** Topics are found by their pattern once: a regular expression may have many. */
  private readonly byTopic = new Map<string, RecordHandling>();
  private readonly policies = new Map<string, ResolvedPolicy>();
  private readonly tasks = new LifecycleTasks();
  private readonly plain: RecordHandling;

  /** @throws InvalidOptionsError with everything that is wrong with the policies of all handlers. */
  constructor(private readonly sources: ListenerSources) {
    const { policies, faults } = policiesOf(sources.handlers, sources.defaults, sources.runtime.groupId);
    if (faults.length > 0) {
      throw new InvalidOptionsError(sources.owner, faults);
    }
    this.plain = { handle: sources.handle, isOverlapping: false };
    const runtime: DeliveryRuntime = {
      ...sources.runtime,
      lifecycle: this.tasks,
      patternOf: topic => sources.patternOf(topic),
    };
    const outlet: RecordOutlet = {
      async send(_, record) {
        await runtime.producer().send(record);
      },
    };
    for (const [pattern, policy] of policies) {
      const listener: Listener = { pattern, policy: resolvePolicy(policy), outlet };
      this.policies.set(pattern, listener.policy);
      const handle = DELIVERY_STAGES.reduceRight<HandleRecord>(
        (next, stage) => stage(listener, runtime, next) ?? next,
        runtime.observer.observe(pattern, sources.handle),
      );
      this.byPattern.set(pattern, { handle, isOverlapping: isOverlapping(listener.policy) });
    }
  }

  /** @throws InvalidOptionsError with every word that this engine cannot hold. */
  checkDriver(capabilities: DriverCapabilities | undefined): void {
    const faults = [...this.policies].flatMap(([pattern, policy]) =>
      [...driverFaults(policy, capabilities)].map(fault => `${pattern}: ${fault}`),
    );
    if (faults.length > 0) {
      throw new InvalidOptionsError(this.sources.owner, faults);
    }
  }

  /** What a run of the consumer has to allow for, so that as many records can overlap as the policies say. */
  get runOptions(): { readonly maxDeferred?: number } {
    const overlapping = [...this.policies.values()].filter(isOverlapping);
    const most = Math.max(0, ...overlapping.map(({ concurrency, batch }) => Math.max(concurrency, batch?.size ?? 0)));
    return most === 0 ? {} : { maxDeferred: Math.max(MIN_DEFERRED, most * LOOK_AHEAD) };
  }

  /** Everything is connected, and nothing is consumed yet. @throws what keeps a stage from working */
  start(): Promise<void> {
    return this.tasks.start();
  }

  /** The server begins to drain: nobody should wait any more for what is not being handled. */
  beginClosing(): void {
    this.tasks.beginClosing();
  }

  /** Nothing is consumed any more. */
  stop(): Promise<void> {
    return this.tasks.stop();
  }

  /** How records of a topic are handled. */
  of(topic: string): RecordHandling {
    if (this.byPattern.size === 0) {
      return this.plain;
    }
    let handling = this.byTopic.get(topic);
    if (handling === undefined) {
      handling = this.byPattern.get(this.sources.patternOf(topic)) ?? this.plain;
      this.byTopic.set(topic, handling);
    }
    return handling;
  }
}
