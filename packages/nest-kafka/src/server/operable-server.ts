import type { Logger } from '@nestjs/common';
import { Server } from '@nestjs/microservices';
import type { DeliveryListener } from '../delivery/observation/delivery-event.js';
import { DeliveryObserver } from '../delivery/observation/delivery-observer.js';
import type { ConsumerLife } from '../driver/consumer-life.js';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { KafkaStatus } from '../driver/kafka-status.js';
import type { Consumer, Producer, TopicPartitionOffset } from '../driver/kafka-types.js';
import { standstillsOf } from '../driver/standstills.js';
import { NotConnectedError } from '../errors/not-connected.error.js';
import { NotSupportedError } from '../errors/not-supported.error.js';
import { BrokerProbe } from '../health/broker-probe.js';
import { judgeHealth } from '../health/judge-health.js';
import { DEFAULT_STUCK_AFTER, type KafkaHealth, type KafkaHealthOptions } from '../health/kafka-health.js';
import { HandlerControl } from './handler-control.js';
import { patternOf } from './regexp-handlers.js';
import type { ReplyPublisher } from './reply-publisher.js';
import { knownServerHealth } from './server-health.js';
import { Unacknowledged } from './unacknowledged.js';

/**
 * What an application may ask of its server: to pause, resume and move handlers, how it is, what becomes of messages.
 * `ServerKafka` adds what Nest calls, and says when the connections here are there.
 */
export abstract class OperableServer extends Server<never, KafkaStatus> {
  protected client: KafkaDriver | null = null;
  protected consumer: Consumer | null = null;
  protected producer: Producer | null = null;
  protected abstract override readonly logger: Logger;
  protected abstract clientId: string;
  protected abstract groupId: string;
  /** @internal */
  protected abstract readonly replies: ReplyPublisher;
  /** @internal The consumer's life in its group, from `start()` on. */
  protected life: ConsumerLife | undefined;
  /** @internal */
  protected readonly unacknowledged = new Unacknowledged();
  /** @internal */
  protected readonly observer = new DeliveryObserver(error => this.logger.error(error));
  /** @internal */
  protected readonly control = new HandlerControl({
    handlers: this.messageHandlers,
    client: () => this.client,
    consumer: () => this.consumer,
    assignment: () => this.life?.assignment ?? {},
  });
  private probe: BrokerProbe | undefined;

  /**
   * Has a handler get no more messages, at once and on partitions that come later, until `resume()`; what it has been handed
   * is handled. May be called before `listen()`.
   *
   * @param pattern as the handler's decorator has it
   * @throws InvalidOptionsError if no handler has it
   */
  pause(pattern: string | RegExp): void {
    this.control.pause(pattern);
  }

  /** Ends a `pause()`. @throws InvalidOptionsError if no handler has the pattern */
  resume(pattern: string | RegExp): void {
    this.control.resume(pattern);
  }

  /**
   * Has a handler go on at the first messages at or after a time, backwards (they are handled again) or forwards (those
   * between are not handled); at the end where there are none. It concerns the partitions that this server has now, of a
   * topic with several servers call it on each; the group's offsets go along, so it outlives a restart.
   *
   * @param time a date, or milliseconds since the epoch
   * @param partitions only these
   * @returns where it went on
   * @throws InvalidOptionsError for a pattern that no handler has or an invalid time; NotConnectedError before `listen()`
   */
  seekToTimestamp(
    pattern: string | RegExp,
    time: Date | number,
    partitions?: readonly number[],
  ): Promise<TopicPartitionOffset[]> {
    return this.control.seekToTimestamp(pattern, time, partitions);
  }

  /** How this server is, as a plain object; red when it is stuck. `nest-kafka/terminus` makes an indicator of it. */
  async health(options?: KafkaHealthOptions): Promise<KafkaHealth> {
    const { client, clientId, groupId, life, unacknowledged, replies, observer, control } = this;
    if (client !== null) {
      this.probe ??= new BrokerProbe(client);
    }
    const known = knownServerHealth({
      clientId,
      groupId,
      life,
      unacknowledged,
      replies,
      control,
      standstills: standstillsOf(this.consumer, options?.stuckAfter ?? DEFAULT_STUCK_AFTER),
      observer,
      handlerOf: topic => patternOf(this.messageHandlers, topic),
    });
    return judgeHealth(known, client === null ? undefined : this.probe, options);
  }

  /**
   * Tells of each message of a handler with a delivery policy that was retried, dead-lettered or skipped, as it happens. Who
   * listens is called before the message goes on, so it should be quick. Returns what ends it.
   */
  onDelivery(listener: DeliveryListener): () => void {
    return this.observer.listen(listener);
  }

  /** The engine, its consumer and its producer. */
  override unwrap<T>(): T {
    if (this.client === null) {
      throw new NotConnectedError('client', '"listen"/"startAllMicroservices"');
    }
    return [this.client, this.consumer, this.producer] as T;
  }

  /** @throws NotSupportedError always; `status` is the way to observe a Kafka server. */
  override on(): never {
    throw new NotSupportedError('server');
  }

  /** @internal Takes the connection that `health()` has of its own, so that it can be closed with the others. */
  protected takeProbe(): BrokerProbe | undefined {
    const { probe } = this;
    this.probe = undefined;
    return probe;
  }
}
