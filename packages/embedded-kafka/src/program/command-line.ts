import { readFileSync } from 'node:fs';
import { unknownName } from '../options/nearest-name.js';
import type { AuthorizerOptions } from '../security/acl/acl-options.js';
import { hasTls, type ListenerTlsOptions } from '../security/listener-options.js';
import type { FsyncPolicy } from '../storage/data-directory.js';
import { isLogLevel, logLevels } from './log-level.js';
import { optionTable, type OptionName, type ProgramOption } from './option-table.js';
import {
  OptionTextError,
  parseAcl,
  parseListener,
  parseNumber,
  parsePair,
  parseTopic,
  parseUser,
} from './option-texts.js';
import type { ProgramSettings } from './program-settings.js';

export interface CommandLine {
  readonly help: boolean;
  readonly version: boolean;
  readonly configFile: string | undefined;
  readonly settings: ProgramSettings;
  /** Everything that is wrong with the arguments themselves. */
  readonly faults: readonly string[];
}

/** Reads the arguments; what is wrong with them is told in `faults`, all of it. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const faults: string[] = [];
  const given = new GivenOptions(args, faults);
  const port = given.one('port', parseNumber);
  const host = given.one('host');
  const level = given.one('log-level', text => {
    if (isLogLevel(text)) return text;
    throw new OptionTextError(`must be one of ${logLevels.join(', ')}, got ${JSON.stringify(text)}`);
  });
  const settings: ProgramSettings = {
    logLevel: level ?? (given.has('verbose') ? 'info' : undefined),
    manualClock: given.has('manual-clock') ? true : undefined,
    options: {
      port,
      host,
      brokers: given.one('brokers', parseNumber),
      listeners: listenersOf(given, faults),
      topics: given.all('topic', parseTopic),
      defaultPartitions: given.one('default-partitions', parseNumber),
      autoCreateTopics: given.has('no-auto-create') ? false : undefined,
      properties: objectOf(given.all('property', text => parsePair(text, 'log.retention.ms=60000'))),
      users: objectOf(given.all('user', parseUser)),
      authorizer: authorizerOf(given),
      dataDir: given.one('data-dir'),
      fsync: given.one('fsync', toFsync),
      control: controlOf(given, faults),
      asVersion: given.one('as-version') as ProgramSettings['options']['asVersion'],
    },
  };
  return {
    help: given.has('help'),
    version: given.has('version'),
    configFile: given.one('config'),
    settings,
    faults,
  };
}

/** The arguments by option. Adds to `faults` what is no option, lacks its argument, or cannot be read. */
class GivenOptions {
  private readonly values = new Map<OptionName, string[]>();

  constructor(
    args: readonly string[],
    private readonly faults: string[],
  ) {
    for (let at = 0; at < args.length; at++) {
      const [head = '', inline] = splitAtEquals(args[at]!);
      const name = head.replace(/^--/, '');
      const following = args[at + 1];
      const hasFollowing = following !== undefined && !following.startsWith('--');
      if (!head.startsWith('--')) this.faults.push(`${JSON.stringify(head)} follows no option`);
      else if (!isOptionName(name)) {
        const known = Object.keys(optionTable).map(each => `--${each}`);
        this.faults.push(`${head} is not an option ${unknownName(head, known)}`);
        if (hasFollowing && inline === undefined) at++;
      } else if (optionOf(name).argument === undefined) {
        if (inline !== undefined) this.faults.push(`--${name} takes no argument`);
        this.add(name, '');
      } else if (inline !== undefined) this.add(name, inline);
      else if (hasFollowing) this.add(name, args[++at]!);
      else this.faults.push(`--${name} needs ${optionOf(name).argument}`);
    }
  }

  has(name: OptionName): boolean {
    return this.values.has(name);
  }

  one<Value = string>(name: OptionName, parse?: (text: string) => Value): Value | undefined {
    return this.all(name, parse)?.[0];
  }

  /** Undefined if there is none. */
  all<Value = string>(
    name: OptionName,
    parse: (text: string) => Value = text => text as unknown as Value,
  ): Value[] | undefined {
    return this.values.get(name)?.flatMap(text => {
      try {
        return [parse(text)];
      } catch (error) {
        if (!(error instanceof OptionTextError)) throw error;
        this.faults.push(`--${name} ${error.message}`);
        return [];
      }
    });
  }

  private add(name: OptionName, value: string): void {
    const values = this.values.get(name) ?? [];
    if (values.length > 0 && optionOf(name).isRepeatable !== true && optionOf(name).argument !== undefined) {
      this.faults.push(`--${name} is given twice`);
    }
    this.values.set(name, [...values, value]);
  }
}

function listenersOf(given: GivenOptions, faults: string[]): ProgramSettings['options']['listeners'] {
  const listeners = given.all('listener', parseListener);
  const tls: ListenerTlsOptions = {
    key: given.one('tls-key', readText),
    cert: given.one('tls-cert', readText),
    ca: given.one('tls-ca', readText),
    clientAuth: given.one('tls-client-auth') as ListenerTlsOptions['clientAuth'],
  };
  if (Object.values(tls).every(value => value === undefined)) return listeners;
  if (listeners?.some(({ protocol }) => hasTls(protocol)) !== true) {
    faults.push('--tls-key, --tls-cert, --tls-ca and --tls-client-auth need a --listener of SSL or SASL_SSL');
  }
  return listeners?.map(listener => (hasTls(listener.protocol) ? { ...listener, tls } : listener));
}

function controlOf(given: GivenOptions, faults: string[]): ProgramSettings['options']['control'] {
  const port = given.one('control-port', parseNumber);
  const host = given.one('control-host');
  if (host !== undefined && !given.has('control-port')) faults.push('--control-host needs --control-port');
  return given.has('control-port') ? { port, ...(host !== undefined && { host }) } : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new OptionTextError(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function authorizerOf(given: GivenOptions): AuthorizerOptions | undefined {
  const superUsers = given.all('super-user');
  const acls = given.all('acl', parseAcl);
  return superUsers === undefined && acls === undefined ? undefined : { superUsers, acls };
}

function objectOf(pairs: (readonly [string, string])[] | undefined): Record<string, string> | undefined {
  return pairs && Object.fromEntries(pairs);
}

function splitAtEquals(argument: string): readonly [string, string?] {
  const at = argument.indexOf('=');
  return argument.startsWith('--') && at > 0 ? [argument.slice(0, at), argument.slice(at + 1)] : [argument];
}

function toFsync(text: string): FsyncPolicy {
  return text === 'always' || text === 'never' ? text : parseNumber(text);
}

function optionOf(name: OptionName): ProgramOption {
  return optionTable[name];
}

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name);
}
