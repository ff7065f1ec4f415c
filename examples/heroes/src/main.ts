import 'nest-kafka/register';
import 'reflect-metadata';
import { Narrator } from './story/narrator.js';
import { tellStory } from './story/tell-story.js';

/** Nothing in the story takes this long; a step that hangs must not pass for a slow one. */
const PATIENCE_MS = 90_000;

const narrator = new Narrator();
const impatience = setTimeout(() => {
  narrator.wrong('patience', `the step after the last line above did not end within ${PATIENCE_MS / 1000} s`);
  narrator.close();
  process.exit(1);
}, PATIENCE_MS);

try {
  await tellStory(narrator);
} catch (error) {
  narrator.wrong('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  clearTimeout(impatience);
}
narrator.close();
process.exitCode = narrator.isTrue ? 0 : 1;
