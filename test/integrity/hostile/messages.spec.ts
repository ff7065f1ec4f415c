import { describe } from 'vitest';
import { messageExtremes } from './message-extremes.js';

describe('On the embedded broker', () => {
  messageExtremes();
});
