import type { Connection } from './platformatic.js';
import type { RequestChannel, ResponseCallback } from './request-channel.js';

/**
 * One API of Kafka's protocol with every version this client speaks. The arguments and the response have the same
 * shape in all versions; fields that a version does not know are left out on the way there and defaulted on the way back.
 */
export interface WireApi<Args extends readonly unknown[], Response> {
  readonly name: string;
  readonly key: number;
  /** Ascending. */
  readonly versions: readonly number[];
  /**
   * True if the response reports errors per topic or partition. Such a response is returned whole and the caller looks
   * at each `errorCode`, so that the good partitions are not lost. Otherwise an error code is thrown.
   */
  readonly partial: boolean;
  /** The newest version that can carry these arguments, where that depends on them. */
  readonly newestFor?: (args: Args) => number;
  send(channel: RequestChannel, version: number, args: Args, callback: ResponseCallback<Response>): void;
}

/** The shape of the library's own `xxxVn.api` functions. */
interface LibraryApi<Args extends readonly unknown[], Response> {
  (connection: Connection, ...args: [...Args, ResponseCallback<Response>]): void;
  readonly key: number;
  readonly version: number;
}

/** Gathers the library's functions for all versions of an API. */
export function libraryApi<Args extends readonly unknown[], Response>(
  name: string,
  partial: boolean,
  newest: LibraryApi<Args, Response>,
  older: readonly { readonly key: number; readonly version: number }[],
): WireApi<Args, Response> {
  const byVersion = new Map<number, LibraryApi<Args, Response>>([[newest.version, newest]]);
  for (const api of older) {
    // The library types some older versions more loosely; the contract test holds that they take the same arguments.
    byVersion.set(api.version, api as LibraryApi<Args, Response>);
  }
  return {
    name,
    key: newest.key,
    versions: [...byVersion.keys()].sort((a, b) => a - b),
    partial,
    send(channel, version, args, callback) {
      const api = byVersion.get(version);
      if (api === undefined) {
        callback(new RangeError(`${name} has no version ${version} in this client`));
        return;
      }
      // The library's functions ask of a connection what a channel has, and no more.
      api(channel as unknown as Connection, ...args, callback);
    },
  };
}

/** Versions a broker offers, by API key. */
export type OfferedVersions = ReadonlyMap<number, { readonly min: number; readonly max: number }>;

/** The newest version that both sides speak and that can carry `args`; undefined if there is none. */
export function negotiate<Args extends readonly unknown[], Response>(
  api: WireApi<Args, Response>,
  offered: OfferedVersions,
  args: Args,
): number | undefined {
  const range = offered.get(api.key);
  if (range === undefined) {
    return undefined;
  }
  const newest = Math.min(range.max, api.newestFor?.(args) ?? Number.POSITIVE_INFINITY);
  return api.versions.findLast(version => version <= newest && version >= range.min);
}
