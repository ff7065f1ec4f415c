import { listLetters } from './list-letters.js';
import { replayLetters } from './replay-letters.js';
import { showLetters } from './show-letters.js';

/** What can be done with a dead letter topic. */
export const ACTIONS = { list: listLetters, show: showLetters, replay: replayLetters };
