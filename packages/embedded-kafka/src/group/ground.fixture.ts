import { randomUUID } from 'node:crypto';
import { EmbeddedKafka } from '../index.js';

/** What a test runs against: a broker of its own, or with KAFKA_BROKERS the Apache Kafka that it names. */
export interface Ground {
  readonly brokers: string[];
  /** The shortest session timeout that a test should use here, in milliseconds. */
  readonly sessionTimeoutMs: number;
  /** A name that no other run uses. */
  unique(name: string): string;
  stop(): Promise<void>;
}

function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

export async function startGround(): Promise<Ground> {
  const given = process.env['KAFKA_BROKERS'];
  if (given !== undefined && given !== '') {
    return { brokers: given.split(','), sessionTimeoutMs: 6_000, unique, stop: () => Promise.resolve() };
  }
  const kafka = await EmbeddedKafka.start();
  return { brokers: kafka.brokers, sessionTimeoutMs: 2_000, unique, stop: () => kafka.stop() };
}

/** Waits until the condition holds; after the deadline, fails with what is missing. */
export async function until(condition: () => boolean, what: () => string, deadlineMs = 15_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not within ${deadlineMs} ms: ${what()}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
