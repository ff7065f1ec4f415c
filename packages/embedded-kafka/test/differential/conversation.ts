import type { ApiCodec } from '../../src/protocol/codec.js';
import { asAnyCodec, type AnyCodec } from './any-codec.js';
import type { Ground } from './ground.js';
import type { Talk } from './talk.js';

/**
 * A scripted exchange with a broker. It is played once in each version of its API; requests to other APIs go out in the
 * highest version of our schema. It must ask the same whatever it is answered, as far as that is possible.
 */
export interface Conversation {
  readonly api: AnyCodec;
  readonly title: string;
  /** Versions of the API in which it makes sense; default: all. */
  readonly from: number;
  readonly to: number;
  play(talk: Talk): Promise<void>;
}

type Play = Conversation['play'];
type Script = Play | { readonly from?: number; readonly to?: number; readonly play: Play };

/** The conversations about one API, by title. */
export function conversationsAbout<Request, Init, Response, ResponseInit>(
  api: ApiCodec<Request, Init, Response, ResponseInit>,
  scripts: Readonly<Record<string, Script>>,
): Conversation[] {
  return Object.entries(scripts).map(([title, script]) => ({
    api: asAnyCodec(api),
    title,
    from: 0,
    to: Infinity,
    ...(typeof script === 'function' ? { play: script } : script),
  }));
}

/** The versions to play it in, of those that the ground advertises. */
export function versionsOf({ api, from, to }: Conversation, { versions }: Ground): number[] {
  const advertised = versions.get(api.key);
  if (advertised === undefined) return [];
  const [min, max] = [Math.max(from, api.minVersion, advertised.min), Math.min(to, api.maxVersion, advertised.max)];
  return Array.from({ length: Math.max(0, max - min + 1) }, (_, index) => min + index);
}
