import type { HealthSource } from './kafka-health.js';

/** The servers that listen and the clients that are connected in this process. */
const live = new Set<HealthSource>();

export function nowLive(source: HealthSource): void {
  live.add(source);
}

export function noLongerLive(source: HealthSource): void {
  live.delete(source);
}

/** All of them, as they are now. */
export function liveConnections(): HealthSource[] {
  return [...live];
}
