import type { LoggerService } from '@nestjs/common';
import type { KafkaTransportOptions } from 'nest-kafka';

/** How many lines are kept in memory; a file has them all. */
const KEPT = 5_000;

/** One line of what happened in a run: a fault, or what a transport logged. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `fault`, or the name of a transport, or `nest`. */
  readonly source: string;
  readonly text: string;
}

export type LogCreator = NonNullable<NonNullable<KafkaTransportOptions['client']>['logCreator']>;
export type LogEntry = Pick<Parameters<ReturnType<LogCreator>>[0], 'namespace' | 'label' | 'log'>;

/** What happened in a run, in order. */
export class RunLog {
  private readonly lines: LogLine[] = [];

  constructor(private readonly written: (line: LogLine) => void = () => {}) {}

  note(source: string, text: string): void {
    const line = { at: Date.now(), source, text };
    this.lines.push(line);
    if (this.lines.length >= KEPT * 2) {
      this.lines.splice(0, KEPT);
    }
    this.written(line);
  }

  between(from: number, to: number): LogLine[] {
    return this.lines.filter(({ at }) => at >= from && at <= to);
  }

  /** KafkaJS's way to hear what an engine logs. */
  logCreator(source: string): LogCreator {
    return () => entry => this.noteEntry(source, entry);
  }

  noteEntry(source: string, { namespace, label, log }: LogEntry): void {
    this.note(source, `${label} [${namespace}] ${log.message} ${tell(log)}`);
  }

  /** Nest's way. Its logger is one for the whole process, whichever transport speaks. */
  nestLogger(): LoggerService {
    const write =
      (level: string) =>
      (message: unknown, ...rest: unknown[]) =>
        this.note('nest', `${level} ${String(message)} ${rest.map(String).join(' ')}`);
    return { log: write('LOG'), error: write('ERROR'), warn: write('WARN') };
  }
}

const TOLD_ALREADY = new Set(['timestamp', 'logger', 'message']);

/** The fields that come with a line; not stacks, which would be most of a log. */
function tell(log: object): string {
  const fields = Object.entries(log).filter(([field]) => !TOLD_ALREADY.has(field) && field !== 'stack');
  return fields.length === 0 ? '' : JSON.stringify(Object.fromEntries(fields)).slice(0, 500);
}

export function formatLine({ at, source, text }: LogLine): string {
  return `${timeOf(at)} ${source}: ${text}`;
}

export function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
