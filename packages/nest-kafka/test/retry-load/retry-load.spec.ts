import { describe } from 'vitest';
import { specGround } from '../spec-ground.js';
import { retryFigure } from './retry-figure.js';

const ground = specGround();

describe('A service with retry topics, on the embedded broker', () => {
  retryFigure(() => ground);
});
