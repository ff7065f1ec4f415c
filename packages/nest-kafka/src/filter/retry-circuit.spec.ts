import { describe, expect, it } from 'vitest';
import { RetryCircuit } from './retry-circuit.js';

describe('a retry circuit', () => {
  it('skips a message at its last allowed failure, and not before', () => {
    const circuit = new RetryCircuit(3, 30_000);
    expect([1, 2, 3].map(() => circuit.failed('7', 0))).toEqual(['retry', 'retry', 'skip']);
    expect(circuit.failureCount).toBe(3);
  });

  it('counts each message by itself', () => {
    const circuit = new RetryCircuit(2, 30_000);
    expect(circuit.failed('7', 0)).toBe('retry');
    expect(circuit.failed('8', 0)).toBe('retry');
    expect(circuit.failed('8', 0)).toBe('skip');
  });

  it('skips at once while it is open, until its time has passed since it opened', () => {
    const circuit = new RetryCircuit(2, 30_000);
    circuit.failed('7', 0);
    circuit.failed('7', 0);
    circuit.skip('7', 1_000);
    expect(circuit.failed('8', 30_999)).toBe('skip');
    circuit.skip('8', 30_999);
    expect(circuit.failed('9', 31_000)).toBe('retry');
    expect(circuit.isOpen).toBe(false);
  });

  it('closes when a message is handled, not when the skipped one is done', () => {
    const circuit = new RetryCircuit(1, 30_000);
    expect(circuit.failed('7', 0)).toBe('skip');
    circuit.skip('7', 0);
    expect(circuit.passed('7')).toBe(false);
    expect(circuit.isOpen).toBe(true);
    expect(circuit.passed('8')).toBe(true);
    expect(circuit.isOpen).toBe(false);
  });
});
