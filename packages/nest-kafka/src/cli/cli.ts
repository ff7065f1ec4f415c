#!/usr/bin/env node
import { messageOf } from '../errors/message-of.js';
import { parseCommandLine } from './command-line.js';
import { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';
import { usage } from './usage.js';

const USAGE_ERROR = 2;

async function main(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2), process.env);
  if (command === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const terminal = new Terminal();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      terminal.interrupted = true;
    });
  }
  // Loaded only now: a wrong command line is told at once.
  const { Kafka, logLevel } = await import('kafkajs-platformatic');
  const { ACTIONS } = await import('./dlt/actions.js');
  const kafka = new Kafka({ ...command.connection, clientId: 'nest-kafka-cli', logLevel: logLevel.ERROR });
  return ACTIONS[command.action](kafka, command, terminal);
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`${messageOf(error)}\n${isUsage ? `\n${usage}` : ''}`);
  process.exitCode = isUsage ? USAGE_ERROR : 1;
}
