import type { Behaviour } from './behaviour.js';
import type { Ground } from './ground.js';
import { Stage } from './stage.js';

/** What a ground does with a behaviour, for the test's name. */
export function titleOn(ground: Ground, { says, differs }: Behaviour): string {
  const difference = differs?.[ground.implementation];
  return difference ? `KNOWN DIFFERENCE: not "${says}" (${difference.because})` : says;
}

/**
 * Runs one behaviour on one ground, with the ground's listed difference in its place where there is one. Everything that
 * the behaviour started is closed afterwards, and a failing close fails the behaviour.
 */
export async function proveOn(
  ground: Ground,
  brokers: readonly string[],
  behaviour: Behaviour,
  scene?: unknown,
): Promise<void> {
  const stage = new Stage(ground, brokers, scene);
  const difference = behaviour.differs?.[ground.implementation];
  try {
    await (difference ? difference.instead(stage) : behaviour.prove(stage));
  } catch (error) {
    // The behaviour's own failure is the one to tell; what closing says then is a consequence of it.
    await stage.close().catch(() => {});
    throw error;
  }
  await stage.close();
}
