import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { Consumer, TopicPartitionOffset } from '../driver/kafka-types.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { NotConnectedError } from '../errors/not-connected.error.js';
import { type Handlers, patternOf } from './regexp-handlers.js';

type Assignment = Readonly<Record<string, readonly number[]>>;

export interface HandlerControlPorts {
  readonly handlers: Handlers;
  client(): KafkaDriver | null;
  consumer(): Consumer | null;
  assignment(): Assignment;
}

/**
 * Pauses, resumes and moves handlers while a server runs.
 *
 * Invariant: a paused handler is paused on every partition that this server has or will get, until it is resumed: the pause is
 * said again at each assignment, before a record of it can arrive, and outlives `close()`.
 */
export class HandlerControl {
  private readonly patterns = new Set<string>();
  /** Who waits for a paused handler to be resumed, by its pattern. */
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(private readonly ports: HandlerControlPorts) {}

  /** The patterns that are paused. */
  get paused(): string[] {
    return [...this.patterns];
  }

  isPaused(topic: string): boolean {
    return this.patterns.size > 0 && this.patterns.has(patternOf(this.ports.handlers, topic));
  }

  /** Calls back once, when the paused handler of a topic is resumed. @returns what ends the wait */
  onceResumed(topic: string, callback: () => void): () => void {
    const pattern = patternOf(this.ports.handlers, topic);
    const callbacks = this.waiting.get(pattern) ?? new Set();
    this.waiting.set(pattern, callbacks.add(callback));
    return () => void callbacks.delete(callback);
  }

  /** @throws InvalidOptionsError if no handler has this pattern */
  pause(pattern: string | RegExp): void {
    const name = this.known(pattern, 'pause');
    this.patterns.add(name);
    this.say('pause', this.topicsOf(name));
  }

  /** @throws InvalidOptionsError if no handler has this pattern */
  resume(pattern: string | RegExp): void {
    const name = this.known(pattern, 'resume');
    if (this.patterns.delete(name)) {
      this.say('resume', this.topicsOf(name));
      const callbacks = this.waiting.get(name) ?? [];
      this.waiting.delete(name);
      for (const callback of callbacks) {
        callback();
      }
    }
  }

  /** The group has given partitions: those of paused handlers are paused before anything of them arrives. */
  onAssigned(assignment: Assignment): void {
    if (this.patterns.size > 0) {
      this.say(
        'pause',
        Object.keys(assignment).filter(topic => this.isPaused(topic)),
      );
    }
  }

  /**
   * Moves what this server has of a handler's topics to the first messages at or after a time, or to the end where there are
   * none.
   *
   * @throws InvalidOptionsError for a pattern that no handler has, an invalid time, or a driver that cannot look times up
   * @throws NotConnectedError before `listen()`
   */
  async seekToTimestamp(
    pattern: string | RegExp,
    time: Date | number,
    partitions?: readonly number[],
  ): Promise<TopicPartitionOffset[]> {
    const name = this.known(pattern, 'seekToTimestamp');
    const timestamp = Number(time);
    if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
      throw new InvalidOptionsError('seekToTimestamp()', [
        `the time must be a valid Date, or milliseconds since the epoch; it is ${String(time)}`,
      ]);
    }
    const [client, consumer] = [this.ports.client(), this.ports.consumer()];
    if (client === null || consumer === null) {
      throw new NotConnectedError('consumer', '"listen"');
    }
    const sought: TopicPartitionOffset[] = [];
    const admin = client.admin();
    await admin.connect();
    try {
      for (const topic of Object.keys(this.ports.assignment()).filter(each => this.isOf(name, each))) {
        const found = await admin.fetchTopicOffsetsByTimestamp?.(topic, timestamp);
        if (found === undefined) {
          throw new InvalidOptionsError('seekToTimestamp()', [
            'the driver has no admin().fetchTopicOffsetsByTimestamp(); use the default driver, or seek() of the consumer',
          ]);
        }
        // As it is now: a rebalance may have come in between.
        const mine = this.ports.assignment()[topic] ?? [];
        for (const { partition, offset } of found) {
          if (mine.includes(partition) && partitions?.includes(partition) !== false) {
            consumer.seek({ topic, partition, offset });
            sought.push({ topic, partition, offset });
          }
        }
      }
    } finally {
      await admin.disconnect();
    }
    return sought;
  }

  private known(pattern: string | RegExp, method: string): string {
    const name = String(pattern);
    const names = Array.from(this.ports.handlers.keys(), String);
    if (!names.includes(name)) {
      throw new InvalidOptionsError(`${method}()`, [
        `no handler has the pattern ${JSON.stringify(name)}; there are: ${names.join(', ') || 'none'}`,
      ]);
    }
    return name;
  }

  private isOf(name: string, topic: string): boolean {
    return patternOf(this.ports.handlers, topic) === name;
  }

  private topicsOf(name: string): string[] {
    return Object.keys(this.ports.assignment()).filter(topic => this.isOf(name, topic));
  }

  private say(word: 'pause' | 'resume', topics: readonly string[]): void {
    if (topics.length > 0) {
      this.ports.consumer()?.[word](topics.map(topic => ({ topic })));
    }
  }
}
