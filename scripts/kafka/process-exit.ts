/**
 * Runs synchronous clean-ups when this process ends: by itself, by process.exit, or by a signal. Only SIGKILL gets past
 * it; what that leaves behind is swept by the next start (see cluster-record.ts).
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const cleanups = new Set<() => void>();

const runAll = (): void => {
  for (const cleanup of cleanups) cleanup();
  cleanups.clear();
};

const onSignal = (signal: NodeJS.Signals): void => {
  runAll();
  uninstall();
  // With our listener gone the signal has its usual meaning again, unless somebody else handles it too.
  process.kill(process.pid, signal);
};

const install = (): void => {
  process.on('exit', runAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
};

const uninstall = (): void => {
  process.off('exit', runAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
};

/** Registers a clean-up that must not wait for anything; returns the function that takes it back. */
export function onProcessEnd(cleanup: () => void): () => void {
  if (cleanups.size === 0) install();
  cleanups.add(cleanup);
  return () => {
    if (cleanups.delete(cleanup) && cleanups.size === 0) uninstall();
  };
}
