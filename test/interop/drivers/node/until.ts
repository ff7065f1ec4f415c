import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE = 30_000;

/** Resolves when the condition holds. @throws after 30 s, with what was waited for */
export async function until(what: () => string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${DEADLINE} ms for ${what()}`);
    await sleep(20);
  }
}
