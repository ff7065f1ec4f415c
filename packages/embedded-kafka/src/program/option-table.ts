/** What stands after an option of the command line. */
export interface ProgramOption {
  /** Undefined if nothing follows it. */
  readonly argument?: string;
  readonly isRepeatable?: boolean;
  readonly says: string;
}

const option = (argument: string, says: string): ProgramOption => ({ argument, says });
const repeatable = (argument: string, says: string): ProgramOption => ({ argument, says, isRepeatable: true });
const flag = (says: string): ProgramOption => ({ says });

/** Every option of the command line, by its name without dashes, in the order in which help tells them. */
export const optionTable = {
  config: option('<file>', "options from a file: .json, or Kafka's server.properties; the command line wins"),
  port: option('<port>', 'port to listen on, 0 for any free one (default 9092)'),
  host: option('<address>', 'address to listen on (default 127.0.0.1)'),
  brokers: option('<n>', 'how many brokers; each further one takes the next port (default 1)'),
  listener: repeatable(
    '<[NAME=]PROTOCOL://host:port>',
    'PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; instead of --port',
  ),
  topic: repeatable('<name[:partitions][:config=value]>', 'a topic that exists from the start'),
  'default-partitions': option('<n>', 'partitions of a topic that does not say how many (default 1)'),
  'no-auto-create': flag('do not create topics that clients ask for'),
  property: repeatable('<name=value>', "a broker property by Kafka's name, e.g. log.retention.ms=60000"),
  user: repeatable('<name:password>', 'for PLAIN and SCRAM; a file does not show it to other processes'),
  'super-user': repeatable('<principal>', 'who may do everything, e.g. User:admin; lets ACLs decide'),
  acl: repeatable('<text>', '"User:alice READ TOPIC:orders"; prefix* is a prefix; lets ACLs decide'),
  'tls-key': option('<file>', 'PEM, for listeners of SSL and SASL_SSL'),
  'tls-cert': option('<file>', 'PEM'),
  'tls-ca': option('<file>', 'PEM, of those who sign certificates of clients'),
  'tls-client-auth': option('<when>', 'none, requested or required (default none)'),
  'data-dir': option('<path>', 'keep everything there (default: in memory)'),
  fsync: option('<when>', 'wait for the disk: always, never or every so many ms (default never)'),
  'as-version': option('<release>', 'play an older Kafka, e.g. 2.8 (default 4.1)'),
  'control-port': option('<port>', 'control interface over HTTP, 0 for any free port (default: none)'),
  'control-host': option('<address>', 'address to listen on for it (default 127.0.0.1)'),
  'manual-clock': flag('time stands still until the control interface moves it'),
  'log-level': option('<level>', 'debug, info, warn, error or silent (default warn)'),
  verbose: flag('the same as --log-level info'),
  version: flag('print the version'),
  help: flag('print this'),
} as const satisfies Readonly<Record<string, ProgramOption>>;

export type OptionName = keyof typeof optionTable;

const WIDTH = 36;

const rows = Object.entries<ProgramOption>(optionTable).map(([name, { argument, says, isRepeatable }]) => {
  const head = `  --${name}${argument === undefined ? '' : ` ${argument}`}`;
  const text = isRepeatable === true ? `${says}; may be repeated` : says;
  return head.length < WIDTH ? `${head.padEnd(WIDTH)}${text}` : `${head}\n${' '.repeat(WIDTH)}${text}`;
});

export const usage = `Usage: embedded-kafka [options]

An Apache Kafka broker in one Node process, in memory or on disk, for development and tests.

${rows.join('\n')}

Exit codes: 0 stopped by SIGINT or SIGTERM; 1 could not start, or failed; 2 wrong options; 128 + n killed by a second signal n
while it was stopping.
`;
