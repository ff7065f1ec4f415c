import { parseArgs } from 'node:util';
import { connectionOf, type Connection } from './connection.js';
import { UsageError } from './usage-error.js';

const ACTIONS = ['list', 'show', 'replay'] as const;

/** Which dead letters are meant. */
export interface Selection {
  readonly partitions: readonly number[];
  readonly offsets: readonly bigint[];
  readonly exceptions: readonly string[];
  readonly originals: readonly string[];
  readonly handlers: readonly string[];
  readonly max: number;
}

export interface DltCommand {
  readonly action: (typeof ACTIONS)[number];
  readonly topic: string;
  readonly connection: Connection;
  readonly selection: Selection;
  readonly dryRun: boolean;
  readonly again: boolean;
  readonly group: string;
  readonly json: boolean;
  /** Milliseconds. */
  readonly idle: number;
}

const DEFAULT_IDLE = 2_000;

/**
 * @returns `undefined` when help was asked for
 * @throws UsageError with everything that is wrong
 */
export function parseCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): DltCommand | undefined {
  const { values, positionals } = parse(args);
  if (values.help) {
    return undefined;
  }
  const faults: string[] = [];
  const [subject, action, topic, ...rest] = positionals;
  const known = ACTIONS.find(each => each === action);
  if (subject !== 'dlt' || known === undefined || topic === undefined || rest.length > 0) {
    faults.push(`Expected "dlt <${ACTIONS.join('|')}> <topic>", got "${positionals.join(' ')}"`);
  }
  const numbers = (name: string, texts: readonly string[]): number[] =>
    texts.map(text => {
      if (!/^\d{1,15}$/.test(text)) {
        faults.push(`--${name} must be a whole number; it is "${text}"`);
      }
      return Number(text);
    });
  const partitions = numbers('partition', values.partition);
  const offsets = numbers('offset', values.offset);
  if (offsets.length > 0 && partitions.length !== 1) {
    faults.push('--offset needs one --partition: each partition has offsets of its own');
  }
  const [max = Number.POSITIVE_INFINITY] = numbers('max', values.max === undefined ? [] : [values.max]);
  const [idle = DEFAULT_IDLE] = numbers('idle', values.idle === undefined ? [] : [values.idle]);
  const connection = connectionOf(values, env, faults);
  if (faults.length > 0 || known === undefined || topic === undefined) {
    throw new UsageError(faults);
  }
  return {
    action: known,
    topic,
    connection,
    selection: {
      partitions,
      offsets: offsets.map(BigInt),
      exceptions: values.exception,
      originals: values.original,
      handlers: values.handler,
      max,
    },
    dryRun: values['dry-run'],
    again: values.again,
    group: values.group ?? `nest-kafka-replay.${topic}`,
    json: values.json,
    idle,
  };
}

function parse(args: readonly string[]) {
  const list = { type: 'string', multiple: true, default: [] as string[] } as const;
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        partition: list,
        offset: list,
        exception: list,
        original: list,
        handler: list,
        max: text,
        'dry-run': flag,
        again: flag,
        group: text,
        json: flag,
        idle: text,
        help: flag,
        brokers: text,
        ssl: flag,
        ca: text,
        cert: text,
        key: text,
        sasl: text,
        username: text,
      },
    });
  } catch (error) {
    throw new UsageError([error instanceof Error ? error.message : String(error)]);
  }
}
