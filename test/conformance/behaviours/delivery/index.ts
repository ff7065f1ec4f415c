import type { Subject } from '../../frame/behaviour.js';
import { deadLetter } from './dead-letter.js';
import { retryTopics } from './retry-topics.js';
import { retry } from './retry.js';

/** What delivery policies do: behaviours of our transport alone, on every broker. */
export const deliverySubjects: readonly Subject[] = [retry, retryTopics, deadLetter];
