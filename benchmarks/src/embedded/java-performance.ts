import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const RECORD_BYTES = 1024;
const BATCH_BYTES = 65_536;
/** Longer than a broker can be busy on a loaded machine. */
const PATIENCE_MS = 60_000;

export interface ProducerFigures {
  readonly megabytesPerSecond: number;
  readonly averageLatencyMs: number;
  readonly p99LatencyMs: number;
}

export interface ConsumerFigures {
  /** From the start of the consumer on, joining its group included. */
  readonly megabytesPerSecond: number;
  /** From its first assignment on. */
  readonly fetchedMegabytesPerSecond: number;
}

/** The tools that Apache Kafka is measured with, as they are. */
export class JavaPerformance {
  /** `java`: the command with its class path. */
  constructor(private readonly java: readonly string[]) {}

  /** All defaults but the size of a batch, hence idempotent and acknowledged by all in-sync replicas. */
  async produce(brokers: string, topic: string, records: number): Promise<ProducerFigures> {
    const settings = `--producer-props bootstrap.servers=${brokers} batch.size=${BATCH_BYTES}`;
    const output = await this.run(
      'ProducerPerformance',
      `--topic ${topic} --num-records ${records} --record-size ${RECORD_BYTES} --throughput -1 ${settings}`,
    );
    const last = output.trim().split('\n').at(-1) ?? '';
    const [, sent, megabytes, average, p99] =
      /^(\d+) records sent, .*\(([\d.]+) MB\/sec\), ([\d.]+) ms avg latency, .* ([\d.]+) ms 99th,/.exec(last) ?? [];
    if (Number(sent) !== records) throw new Error(`ProducerPerformance did not send ${records} records: ${output}`);
    return {
      megabytesPerSecond: Number(megabytes),
      averageLatencyMs: Number(average),
      p99LatencyMs: Number(p99),
    };
  }

  async consume(brokers: string, topic: string, records: number): Promise<ConsumerFigures> {
    const output = await this.run(
      'ConsumerPerformance',
      `--bootstrap-server ${brokers} --topic ${topic} --messages ${records} --timeout ${PATIENCE_MS} --hide-header`,
    );
    const fields = (output.trim().split('\n').at(-1) ?? '').split(', ').map(Number);
    const [, , , megabytes, consumed, , , , fetched] = fields;
    if (consumed === undefined || consumed < records) {
      throw new Error(`ConsumerPerformance did not get ${records} records: ${output}`);
    }
    return { megabytesPerSecond: megabytes ?? NaN, fetchedMegabytesPerSecond: fetched ?? NaN };
  }

  private async run(tool: string, args: string): Promise<string> {
    const [command = 'java', ...options] = this.java;
    const { stdout } = await run(command, [...options, `org.apache.kafka.tools.${tool}`, ...args.split(' ')]);
    return stdout;
  }
}
