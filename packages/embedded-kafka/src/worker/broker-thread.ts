import { parentPort, workerData } from 'node:worker_threads';
import type { InjectedFault } from '../faults/fault.js';
import { InProcessKafka } from '../in-process-kafka.js';
import { silentLogger, type Logger } from '../logger.js';
import { resolveOptions } from '../options/resolved-options.js';
import { toThreadError } from './thread-errors.js';
import {
  Signal,
  type FaultState,
  type FromThread,
  type Outcome,
  type Question,
  type Questions,
  type ThreadData,
  type ToThread,
} from './thread-messages.js';
import { Teller } from './teller.js';

/** Faults whose hits can be asked for, the oldest of which are forgotten. */
const MAX_FAULTS = 10_000;

/*
 * The broker's thread. States: starting -> serving -> stopped, or starting -> refused; the last two close the ports, and as
 * nothing else keeps it, the thread ends.
 */
const port = parentPort!;
const { options, isLogged, questions, signals } = workerData as ThreadData;
const signal = new Int32Array(signals);
const send = (message: FromThread): void => port.postMessage(message, []);
const teller = new Teller(send);

// However it ends, who waits for an answer is woken.
process.on('exit', () => {
  Atomics.store(signal, Signal.ended, 1);
  Atomics.notify(signal, Signal.answers);
});

const logger: Logger = isLogged
  ? {
      debug: message => teller.tell({ level: 'debug', message }),
      info: message => teller.tell({ level: 'info', message }),
      warn: message => teller.tell({ level: 'warn', message }),
      error: message => teller.tell({ level: 'error', message }),
    }
  : silentLogger;

try {
  const resolved = resolveOptions({ ...options, logger });
  const kafka = await InProcessKafka.start(resolved);
  serve(kafka);
  const { brokers, controlUrl } = kafka;
  const addresses = Object.fromEntries(resolved.listeners.map(({ name }) => [name, kafka.addresses(name)]));
  send({ type: 'started', brokers, addresses, controlUrl });
} catch (error) {
  send({ type: 'refused', error: toThreadError(error) });
  questions.close();
}

function serve(kafka: InProcessKafka): void {
  const answers = answersOf(kafka);
  questions.on('message', ({ name, args }: Question) => {
    questions.postMessage(
      attempt(() => (answers[name] as (...given: readonly unknown[]) => unknown)(...args)),
      [],
    );
    Atomics.add(signal, Signal.answers, 1);
    Atomics.notify(signal, Signal.answers);
  });
  port.on('message', (message: ToThread) => {
    if (message.type === 'heard') teller.heard();
    else void call(kafka, message);
  });
}

async function call(kafka: InProcessKafka, { id, method, args }: Extract<ToThread, { type: 'call' }>): Promise<void> {
  // Awaited outside of what catches the broker's refusals: a message that is none of ours ends the thread.
  const run = kafka[method].bind(kafka) as (...given: readonly unknown[]) => Promise<unknown>;
  const outcome = await run(...args).then(
    (value): Outcome => ({ value }),
    (error: unknown): Outcome => ({ error: toThreadError(error) }),
  );
  send({ type: 'answer', id, outcome });
  if (method !== 'stop') return;
  questions.close();
  port.close();
}

function attempt(answer: () => unknown): Outcome {
  try {
    return { value: answer() };
  } catch (error) {
    return { error: toThreadError(error) };
  }
}

function answersOf(kafka: InProcessKafka): Questions {
  const injected = new Map<number, InjectedFault>();
  const known = (fault: InjectedFault): FaultState => {
    injected.set(fault.id, fault);
    const [oldest] = injected.keys();
    if (injected.size > MAX_FAULTS) injected.delete(oldest!);
    return { id: fault.id, fault: fault.fault, hits: fault.hits };
  };
  let events: AsyncIterator<unknown> | undefined;
  return {
    topics: () => kafka.topics,
    nodes: () => kafka.nodes,
    groups: () => kafka.groups,
    lag: group => kafka.lag(group),
    leaderOf: (topic, partition) => kafka.leaderOf(topic, partition),
    groupCoordinatorOf: group => kafka.groupCoordinatorOf(group),
    transactionCoordinatorOf: transactionalId => kafka.transactionCoordinatorOf(transactionalId),
    dropConnections: () => kafka.dropConnections(),
    injectFault: fault => known(kafka.faults.inject(fault)),
    listFaults: () => kafka.faults.list().map(known),
    clearFaults: () => kafka.faults.clear(),
    removeFault: id => injected.get(id)?.remove(),
    hitsOf: id => injected.get(id)?.hits ?? 0,
    beginEvents: () => {
      if (events !== undefined) return;
      const begun = kafka.events[Symbol.asyncIterator]();
      events = begun;
      void (async () => {
        for (let next = await begun.next(); next.done !== true; next = await begun.next()) {
          teller.tell({ event: next.value });
        }
      })();
    },
    endEvents: () => {
      void events?.return?.();
      events = undefined;
    },
  };
}
