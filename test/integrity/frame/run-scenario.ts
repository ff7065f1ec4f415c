import { setTimeout as wait } from 'node:timers/promises';
import { SteadyLoad, type SteadyLoadOptions, type Load } from '../load/steady-load.js';
import { type ClientOptions, type Subject, subjectOf } from '../load/subject.js';
import { createTopics, type Partitions } from '../load/topics.js';
import { BUILT_IN, OURS, type Transport } from '../load/transports.js';
import { explain } from '../record/explanation.js';
import type { Recorder, Summary } from '../record/recorder.js';
import { RunFile } from '../record/run-file.js';
import { RunLog } from '../record/run-log.js';
import { recordRow } from '../record/run-row.js';
import type { IntegrityCluster } from './integrity-cluster.js';
import { type Serving, SubjectRun } from './subject-run.js';

/** Ten emitters and five requesters. */
const STEADY: SteadyLoadOptions = { emitters: 10, requesters: 5, pause: 10, requestTimeout: 30_000 };
const FOUR: Partitions = { events: 4, requests: 4, replies: 4 };

/** The transports that a scenario runs at once, on the same faults. `INTEGRITY_COMPARE=1`: the built-in beside ours. */
const TRANSPORTS: readonly Transport[] = process.env['INTEGRITY_COMPARE'] ? [OURS, BUILT_IN] : [OURS];

export interface Stage {
  /** Each transport of this run. */
  readonly runs: readonly SubjectRun[];
  /** Writes down what is being done to the cluster, and when. */
  tell(fault: string): void;
  /** Writes down anything else in the record. */
  write(kind: string, content: object): void;
}

export interface Scenario {
  /** Short, of letters and dashes, one of its kind on its cluster: it is in the names of topics, groups and files. */
  readonly name: string;
  /** What is done, as the table of docs/reference/integrity.md has it. */
  readonly done: string;
  /** Told in the table. Default: ten emitters, five requesters. */
  readonly load?: Partial<SteadyLoadOptions>;
  readonly loadText?: string;
  readonly makeLoad?: (subject: Subject, recorder: Recorder) => Load;
  readonly partitions?: Partitions;
  readonly client?: ClientOptions;
  /** Where clients find the cluster. Default: its nodes. */
  readonly brokers?: readonly string[];
  /** Default: two services in this process. */
  readonly serving?: Serving;
  /** Default: ours, and the built-in where it is to be compared. */
  readonly transports?: readonly Transport[];
  readonly faults: (stage: Stage) => Promise<void>;
}

export interface Outcome extends Summary {
  /** What was lost or failed, when, and the log around it; empty if nothing was. */
  readonly explanation: string;
}

/** What became of each transport; `builtIn` is there where it was compared. */
export interface Outcomes {
  readonly ours: Outcome;
  readonly builtIn?: Outcome;
}

/** Puts transports under load, lets the faults happen, lets everything settle, and tells what became of each message. */
export async function runScenario(cluster: IntegrityCluster, scenario: Scenario): Promise<Outcomes> {
  const { name, load = {}, partitions = FOUR, client, serving = 'two services', transports = TRANSPORTS } = scenario;
  const file = new RunFile(name);
  const log = new RunLog(line => file.write('log', line));
  file.write('run', { done: scenario.done, startedAt: Date.now() });
  const makeLoad =
    scenario.makeLoad ??
    ((subject: Subject, recorder: Recorder) => new SteadyLoad(subject, recorder, { ...STEADY, ...load }));
  const runs = transports.map(transport => {
    const clientOptions = { ...client, logCreator: log.logCreator(transport.name) };
    const subject = subjectOf(transport, scenario.brokers ?? cluster.brokers, name, clientOptions);
    return new SubjectRun(subject, { serving, load: makeLoad, logger: log.nestLogger() });
  });
  const counting = setInterval(() => {
    file.write('second', { at: Date.now(), ...Object.fromEntries(runs.map(run => [nameOf(run), countsOf(run)])) });
  }, 1_000);
  try {
    await Promise.all(runs.map(run => createTopics({ ...run.subject, brokers: cluster.brokers }, partitions)));
    await Promise.all(runs.map(run => run.start()));
    await wait(2_000);
    await scenario.faults({
      runs,
      tell: fault => log.note('fault', fault),
      write: (kind, content) => file.write(kind, content),
    });
    await Promise.all(runs.map(run => run.settle()));
    const outcomes = new Map(runs.map(run => [run.subject.transport, outcomeOf(run, scenario, log, file)]));
    await Promise.all(runs.map(run => run.close()));
    const result = outcomesOf(outcomes);
    if (result.ours.explanation !== '') {
      console.error(result.ours.explanation);
    }
    return result;
  } finally {
    clearInterval(counting);
    await file.close();
  }
}

function nameOf({ subject }: SubjectRun): string {
  return subject.transport.name;
}

function countsOf({ recorder: { events, requests } }: SubjectRun): object {
  return {
    emitted: events.begun,
    acknowledged: events.acknowledged,
    handled: events.handled,
    duplicates: events.duplicates,
    requests: requests.begun,
    answered: requests.acknowledged,
    failed: requests.failed,
  };
}

function outcomeOf(run: SubjectRun, scenario: Scenario, log: RunLog, file: RunFile): Outcome {
  const { recorder } = run;
  const summary = recorder.summary();
  const transport = nameOf(run);
  recordRow(scenario.done, scenario.loadText ?? loadText(scenario), transport, summary);
  const explanation = explain(recorder, log);
  const { events, requests } = recorder;
  for (const [trouble, list] of Object.entries({
    lost: summary.lost === 0 ? [] : events.lost(),
    disordered: events.disordered(),
    failedEmits: events.failedOnes(),
    failedRequests: requests.failedOnes(),
  })) {
    for (const message of list) {
      file.write('trouble', { transport, trouble, ...message });
    }
  }
  file.write('summary', { transport, ...summary });
  return { ...summary, explanation: explanation === '' ? '' : `${transport}: ${explanation}\nRecord: ${file.path}` };
}

function loadText({ load = {}, serving = 'two services' }: Scenario): string {
  const { emitters, requesters } = { ...STEADY, ...load };
  return `${emitters} emitters, ${requesters} requesters, ${serving}`;
}

function outcomesOf(outcomes: ReadonlyMap<Transport, Outcome>): Outcomes {
  const ours = outcomes.get(OURS);
  if (ours === undefined) {
    throw new Error('A scenario runs ours, with or without the built-in beside it');
  }
  const builtIn = outcomes.get(BUILT_IN);
  return builtIn === undefined ? { ours } : { ours, builtIn };
}
