import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import { ManualClock } from '../manual-clock.js';
import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import { optionFaults, resolveOptions } from '../options/resolved-options.js';
import { parseCommandLine } from './command-line.js';
import { readConfigFile } from './config-file.js';
import { loggerOf } from './log-level.js';
import { usage } from './option-table.js';
import { mergeSettings, withDefaultPort, type ProgramSettings } from './program-settings.js';
import { startMessage } from './start-message.js';

/** What the program's exit code says; documented in its help. */
const ExitCode = { stopped: 0, failed: 1, wrongOptions: 2, signal: 128 } as const;

/**
 * Runs the broker until a signal. States: starting -> serving -> stopping -> ended; a signal leads from the first two to stopping
 * (from starting, when the start is done), a second one from there straight to the end.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  const { help, version, configFile, settings, faults } = parseCommandLine(args);
  if (help) return tell(usage);
  if (version) return tell(`embedded-kafka ${packageVersion()}\n`);
  const allFaults = [...faults];
  const file = configFile === undefined ? { options: {} } : readConfigFile(configFile, allFaults);
  const options = startOptions(withDefaultPort(mergeSettings(file, settings)));
  allFaults.push(...optionFaults(options));
  if (allFaults.length > 0) return refuse(allFaults);
  return serve(options);
}

function startOptions({ options, logLevel = 'warn', manualClock = false }: ProgramSettings): EmbeddedKafkaOptions {
  return { ...options, logger: loggerOf(logLevel), ...(manualClock && { clock: new ManualClock() }) };
}

async function serve(options: EmbeddedKafkaOptions): Promise<number> {
  const startedAt = performance.now();
  // Listened for from the first moment on: a signal during the start is not lost.
  const signal = Promise.withResolvers<void>();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      process.once(name, () => process.exit(ExitCode.signal + constants.signals[name]));
      signal.resolve();
    });
  }
  // Who has read enough of the output may close it; that is no reason to end.
  process.stdout.on('error', () => undefined);
  try {
    await using kafka = await EmbeddedKafka.start(options);
    const milliseconds = Math.round(performance.now() - startedAt);
    tell(`${startMessage(kafka, resolveOptions(options), milliseconds)}\n`);
    await signal.promise;
  } catch (error) {
    if (!EmbeddedKafkaError.is(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return ExitCode.failed;
  }
  return tell('embedded-kafka has stopped\n');
}

function refuse(faults: readonly string[]): number {
  const count = faults.length === 1 ? 'one option is' : `${faults.length} options are`;
  const rows = faults.map(fault => `  ${fault}\n`).join('');
  process.stderr.write(
    `embedded-kafka cannot start, ${count} wrong:\n${rows}embedded-kafka --help tells what there is.\n`,
  );
  return ExitCode.wrongOptions;
}

function tell(text: string): number {
  process.stdout.write(text);
  return ExitCode.stopped;
}

/** Beside `dist`, as beside `src`. */
function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
