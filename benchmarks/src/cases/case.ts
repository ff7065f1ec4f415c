import type { ContestantName } from '../contestants.js';
import type { Result } from '../process/protocol.js';

export interface Figure {
  unit: 'messages/s' | 'ms';
  read(result: Result): number;
}

/** One kind of work, done by one contestant at a time on topics of its own. */
export interface Case {
  readonly title: string;
  /** What is compared; the ratio is ours ÷ built-in for rates, built-in ÷ ours for times, so more is better. */
  readonly figure: Figure;
  run(contestant: ContestantName, round: Round): Promise<Result>;
}

export interface Round {
  brokers: string[];
  /** Unique for each run of each case. */
  name: string;
  createTopics(topics: { topic: string; partitions: number }[]): Promise<void>;
  /** Fills a topic with `messages` payloads before the contestant starts. */
  fill(topic: string, messages: number, bytes: number): Promise<void>;
}
