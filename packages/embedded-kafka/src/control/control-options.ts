import { unknownName } from '../options/nearest-name.js';
import { isIntegerWithin, MAX_PORT, show } from '../options/option-values.js';

/** Where the control interface is served. */
export interface ControlOptions {
  /** Default 0: any free one, see `kafka.controlUrl`. */
  readonly port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`: nobody outside of this machine reaches it. */
  readonly host?: string | undefined;
  /**
   * Names under which it may be asked for, besides `localhost`, the loopback addresses and `host`: a request with another `Host`
   * is refused, so that no web page reaches it by a name of its own (DNS rebinding). Default none.
   */
  readonly allowedHosts?: readonly string[] | undefined;
}

export interface ResolvedControl {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
}

const known: ReadonlySet<string> = new Set<keyof ControlOptions>(['port', 'host', 'allowedHosts']);

/** Undefined without options: it is off. Adds to `faults` what is wrong with them. */
export function resolveControl(options: ControlOptions | undefined, faults: string[]): ResolvedControl | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== 'object' || options === null) {
    faults.push(`control must be { port?, host?, allowedHosts? }, got ${show(options)}`);
    return undefined;
  }
  for (const name of Object.keys(options)) {
    if (!known.has(name)) faults.push(`control.${name} is not an option ${unknownName(name, known)}`);
  }
  const { port = 0, host = '127.0.0.1', allowedHosts = [] } = options;
  if (!isIntegerWithin(port, 0, MAX_PORT)) {
    faults.push(`control.port must be an integer from 0 to ${MAX_PORT}, got ${show(port)}`);
  }
  if (typeof host !== 'string' || host === '') {
    faults.push(`control.host must be a name or an address, got ${show(host)}`);
  }
  if (!Array.isArray(allowedHosts) || !allowedHosts.every(name => typeof name === 'string' && name !== '')) {
    faults.push('control.allowedHosts must be an array of names');
  }
  return { port, host, allowedHosts };
}
