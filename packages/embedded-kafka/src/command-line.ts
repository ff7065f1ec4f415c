import { parseArgs } from 'node:util';
import type { FsyncPolicy } from './storage/data-directory.js';
import type { EmbeddedKafkaOptions } from './options/embedded-kafka-options.js';
import type { TopicOptions } from './options/topic-options.js';

export const usage = `Usage: embedded-kafka [options]

An Apache Kafka broker in one Node process, in memory or on disk, for development and tests.

  --port <port>               port to listen on, 0 for any free one (default 9092)
  --brokers <n>               how many brokers; each further one takes the next port (default 1)
  --host <address>            address to listen on (default 127.0.0.1)
  --topic <name[:partitions]> a topic that exists from the start; may be repeated
  --default-partitions <n>    partitions of a topic that does not say how many (default 1)
  --data-dir <path>           keep everything there (default: in memory)
  --fsync <when>              wait for the disk: always, never or every so many ms (default never)
  --no-auto-create            do not create topics that clients ask for
  --verbose                   tell what happens
  --help                      print this
`;

export interface CommandLine {
  readonly help: boolean;
  readonly verbose: boolean;
  readonly options: EmbeddedKafkaOptions;
}

/** @throws TypeError for an argument that is not known, naming it */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      port: { type: 'string', default: '9092' },
      host: { type: 'string' },
      brokers: { type: 'string' },
      topic: { type: 'string', multiple: true, default: [] },
      'default-partitions': { type: 'string' },
      'data-dir': { type: 'string' },
      fsync: { type: 'string' },
      'auto-create': { type: 'boolean', default: true },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const defaultPartitions = values['default-partitions'];
  return {
    help: values.help,
    verbose: values.verbose,
    options: {
      port: toNumber(values.port),
      host: values.host,
      brokers: values.brokers === undefined ? undefined : toNumber(values.brokers),
      topics: values.topic.map(parseTopic),
      defaultPartitions: defaultPartitions === undefined ? undefined : toNumber(defaultPartitions),
      autoCreateTopics: values['auto-create'],
      dataDir: values['data-dir'],
      fsync: values.fsync === undefined ? undefined : toFsync(values.fsync),
    },
  };
}

/** `orders` or `orders:3`: a colon cannot be part of a topic's name. */
function parseTopic(text: string): TopicOptions {
  const [name = '', partitions] = text.split(':', 2);
  return partitions === undefined ? { name } : { name, partitions: toNumber(partitions) };
}

function toFsync(text: string): FsyncPolicy {
  return text === 'always' || text === 'never' ? text : toNumber(text);
}

/** NaN for what is no number, which the options' validation then tells with all other faults. */
function toNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
