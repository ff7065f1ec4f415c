import type { Compression, ContestantName } from '../contestants.js';
import type { Result, Role } from '../process/protocol.js';

export type Unit = 'messages/s' | 'ms' | 'ms CPU/s' | 'MB';

/** One number of a result. */
export interface Figure {
  unit: Unit;
  /** Added to the case's title where a case has several figures. */
  name?: string;
  read(result: Result): number;
}

/** One kind of work, done by one contestant at a time on topics of its own. */
export interface Case {
  readonly title: string;
  /** What is compared; each is a line of the table. */
  readonly figures: readonly Figure[];
  /** Whether the bare engine can do it, too. */
  readonly forEngine: boolean;
  run(round: Round): Promise<Result>;
}

/** One contestant's turn. */
export interface Round {
  readonly contestant: ContestantName;
  readonly brokers: string[];
  /** Unique for each run of each case. */
  readonly name: string;
  createTopics(topics: { topic: string; partitions: number }[]): Promise<void>;
  /** Fills a topic with `messages` payloads before the contestant starts, with so many keys in turn if there are to be any. */
  fill(topic: string, messages: number, bytes: number, keys?: number): Promise<void>;
}

type RoleWork = Role extends infer Each
  ? Each extends Role
    ? Omit<Each, 'contestant' | 'settings' | 'topic'>
    : never
  : never;

/** The role of a child process that plays this turn. */
export function roleFor(round: Round, work: RoleWork, compression?: Compression): Role {
  const { contestant, brokers, name } = round;
  const settings = { brokers, name, ...(compression === undefined ? {} : { compression }) };
  return { ...work, contestant, settings, topic: name } as Role;
}
