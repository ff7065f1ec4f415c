#!/usr/bin/env node
import { parseCommandLine, usage, type CommandLine } from './command-line.js';
import { EmbeddedKafka } from './embedded-kafka.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import type { Logger } from './logger.js';

const USAGE_ERROR = 2;

function readCommandLine(): CommandLine | undefined {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

const quiet = (): void => undefined;

/** Warnings and errors always, the rest with --verbose. */
function createLogger(verbose: boolean): Logger {
  return {
    debug: quiet,
    info: verbose ? message => console.error(message) : quiet,
    warn: message => console.error(message),
    error: message => console.error(message),
  };
}

async function main(): Promise<number> {
  const commandLine = readCommandLine();
  if (commandLine === undefined) return USAGE_ERROR;
  if (commandLine.help) {
    console.log(usage);
    return 0;
  }
  const startedAt = performance.now();
  // Listened for from the first moment on: a signal during the start is not lost.
  const signal = new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const kafka = await EmbeddedKafka.start({ ...commandLine.options, logger: createLogger(commandLine.verbose) });
  const milliseconds = Math.round(performance.now() - startedAt);
  console.log(`embedded-kafka is up in ${milliseconds} ms: bootstrap.servers=${kafka.brokers.join(',')}`);
  await signal;
  await kafka.stop();
  console.log('embedded-kafka has stopped');
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!EmbeddedKafkaError.is(error)) throw error;
  console.error(error.message);
  process.exitCode = error.code === 'INVALID_OPTIONS' ? USAGE_ERROR : 1;
}
