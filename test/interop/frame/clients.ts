import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Behaviour } from './behaviours.ts';
import type { DriverCommand } from './driver.ts';

/** What a client needs beside Node; `npm run test:interop` prepares it and says here what came of it. */
export type Tool = 'java' | 'python' | 'go';

export interface Client {
  readonly name: string;
  readonly tool?: Tool;
  /** What this client has no API for, or cannot do on Apache Kafka either. */
  readonly lacks: readonly Behaviour[];
  /** Whether it may hand messages out again after a rebalance, even those before the committed offset. */
  readonly isRepeating?: boolean;
  readonly command: () => DriverCommand;
}

const driversDirectory = fileURLToPath(new URL('../drivers/', import.meta.url));

const nodeDriver =
  (file: string, ...words: string[]) =>
  (): DriverCommand => ({
    command: process.execPath,
    args: ['--no-warnings', join(driversDirectory, 'node', file), '{bootstrap}', ...words],
  });

/** The command that the preparation wrote into the environment, as a JSON array. */
const preparedDriver = (tool: Tool) => (): DriverCommand => {
  const variable = `INTEROP_${tool.toUpperCase()}_DRIVER`;
  const prepared = process.env[variable];
  if (!prepared) throw new Error(`${variable} is not set: run \`npm run test:interop\`, which prepares every client`);
  const [command = '', ...args] = JSON.parse(prepared) as string[];
  return { command, args: [...args, '{bootstrap}'] };
};

export const clients: Readonly<Record<'kafkajs' | 'ours' | 'platformatic' | 'java' | 'librdkafka' | 'franz', Client>> =
  {
    kafkajs: {
      name: 'kafkajs',
      lacks: ['group consumer', 'group classic consumer'],
      command: nodeDriver('kafkajs.ts', 'kafkajs'),
    },
    ours: { name: 'kafkajs-platformatic', lacks: [], command: nodeDriver('kafkajs.ts', 'kafkajs-platformatic') },
    // Its consumer ends when its generation is over before its OffsetFetch is answered, on both grounds.
    platformatic: {
      name: '@platformatic/kafka',
      lacks: ['group classic consumer'],
      isRepeating: true,
      command: nodeDriver('platformatic.ts'),
    },
    java: { name: 'Java kafka-clients', tool: 'java', lacks: [], command: preparedDriver('java') },
    librdkafka: {
      name: 'confluent-kafka (librdkafka)',
      tool: 'python',
      lacks: [],
      command: preparedDriver('python'),
    },
    franz: { name: 'franz-go', tool: 'go', lacks: [], command: preparedDriver('go') },
  };

/** Clients of a tool that INTEROP_SKIP names are left out, which the report shows. */
export const isLeftOut = ({ tool }: Client): boolean =>
  tool !== undefined && (process.env['INTEROP_SKIP'] ?? '').split(',').includes(tool);
