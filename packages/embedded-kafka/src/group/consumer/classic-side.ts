import type { Timer } from '../../clock.js';
import type { GroupProtocol } from '../group-messages.js';

/** What a member of a consumer group has beside the others if it speaks the classic protocol (KIP-848, online migration). */
export interface ClassicSide {
  readonly sessionTimeoutMs: number;
  /** What it said in its JoinGroup; never empty. */
  readonly protocols: readonly GroupProtocol[];
  /** Runs since it was told to join again, until it does. */
  joinTimer: Timer | undefined;
  /** Runs since it has joined, until it asks for its assignment. */
  syncTimer: Timer | undefined;
}

export function newClassicSide(sessionTimeoutMs: number, protocols: readonly GroupProtocol[]): ClassicSide {
  return { sessionTimeoutMs, protocols, joinTimer: undefined, syncTimer: undefined };
}

export function clearClassicTimers(classic: ClassicSide | undefined): void {
  if (classic === undefined) return;
  classic.joinTimer?.clear();
  classic.joinTimer = undefined;
  classic.syncTimer?.clear();
  classic.syncTimer = undefined;
}
