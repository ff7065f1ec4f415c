import type { EmbeddedKafkaOptions } from './embedded-kafka-options.js';

/** What of the options cannot cross into another thread, by their names; empty if all can. */
export function workerFaults(options: EmbeddedKafkaOptions): string[] {
  const faults: string[] = [];
  if (options.clock !== undefined) {
    faults.push('clock cannot be given to a worker thread: leave out worker, or the clock');
  }
  (Array.isArray(options.listeners) ? options.listeners : []).forEach((listener: unknown, index) => {
    if (typeof listener === 'object' && listener !== null && 'verifyToken' in listener && listener.verifyToken) {
      const where = `listeners[${index}].verifyToken`;
      faults.push(
        `${where} cannot be given to a worker thread, as functions cannot: leave out worker, or the verifier`,
      );
    }
  });
  if (faults.length > 0) return faults;
  try {
    structuredClone({ ...options, logger: undefined });
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [`the options cannot be copied into a worker thread: ${reason}`];
  }
}
