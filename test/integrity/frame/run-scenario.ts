import { setTimeout as wait } from 'node:timers/promises';
import { SteadyLoad, type SteadyLoadOptions, type Load } from '../load/steady-load.js';
import { type ClientOptions, type ConsumerOptions, type Subject, subjectOf } from '../load/subject.js';
import { createTopics, deleteTopics, type Partitions, topicsOf } from '../load/topics.js';
import { BUILT_IN, OURS, type Transport } from '../load/transports.js';
import { explain } from '../record/explanation.js';
import type { Trouble } from '../record/ledger.js';
import type { Recorder, Summary } from '../record/recorder.js';
import { RunFile } from '../record/run-file.js';
import { RunLog } from '../record/run-log.js';
import { MachineUse } from '../record/machine-use.js';
import { recordFloor, recordRow } from '../record/run-row.js';
import type { IntegrityCluster } from './integrity-cluster.js';
import { type Serving, SubjectRun } from './subject-run.js';
import { UncaughtOfKafkaJS } from './uncaught-of-kafkajs.js';
import { WriteProbe } from './write-probe.js';

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
  /** For services in this process. */
  readonly consumer?: ConsumerOptions;
  /** Where clients find the cluster. Default: its nodes. */
  readonly brokers?: readonly string[];
  /** Default: two services in this process. */
  readonly serving?: Serving;
  /** Default: ours, and the built-in where it is to be compared. */
  readonly transports?: readonly Transport[];
  /** Acknowledged messages are deleted before they are handled. Default: false. */
  readonly losesByDesign?: boolean;
  /** Whether a probe is to tell how long the cluster itself takes no write. Default: false. */
  readonly probed?: boolean;
  readonly faults: (stage: Stage) => Promise<void>;
}

export interface Outcome extends Summary {
  /** What was lost or failed, when, and the log around it; empty if nothing was. */
  readonly explanation: string;
  readonly troubles: Troubles;
  /** How many events that were emitted after this moment have been acknowledged. */
  readonly acknowledgedSince: (moment: number) => number;
}

/** The messages behind the counts. */
export interface Troubles {
  readonly lost: readonly Trouble[];
  readonly disordered: readonly Trouble[];
  readonly failedEmits: readonly Trouble[];
  readonly failedRequests: readonly Trouble[];
}

/** What became of each transport; `builtIn` is there where it was compared. */
export interface Outcomes {
  readonly ours: Outcome;
  readonly builtIn?: Outcome;
}

/** Puts transports under load, lets the faults happen, lets everything settle, and tells what became of each message. */
export async function runScenario(cluster: IntegrityCluster, scenario: Scenario): Promise<Outcomes> {
  const {
    name,
    load = {},
    partitions = FOUR,
    client,
    consumer = {},
    serving = 'two services',
    losesByDesign = false,
    probed = false,
    transports = TRANSPORTS,
  } = scenario;
  const file = new RunFile(name);
  const log = new RunLog(line => file.write('log', line));
  file.write('run', { done: scenario.done, startedAt: Date.now() });
  const makeLoad =
    scenario.makeLoad ??
    ((subject: Subject, recorder: Recorder) => new SteadyLoad(subject, recorder, { ...STEADY, ...load }));
  const runs = transports.map(transport => {
    const options = { client: { ...client, logCreator: log.logCreator(transport.name) }, consumer };
    const subject = subjectOf(transport, scenario.brokers ?? cluster.brokers, name, options);
    return new SubjectRun(subject, { serving, load: makeLoad, logger: log.nestLogger(), log, losesByDesign });
  });
  const probe = probed ? new WriteProbe(cluster.brokers, probeTopicOf(name)) : undefined;
  const uncaught = new UncaughtOfKafkaJS(text => log.note('built-in', `uncaught: ${text}`));
  const machine = new MachineUse();
  const counting = setInterval(() => {
    file.write('second', {
      at: Date.now(),
      machine: machine.measure(),
      ...Object.fromEntries(runs.map(run => [nameOf(run), countsOf(run)])),
    });
  }, 1_000);
  try {
    await Promise.all(runs.map(run => createTopics({ ...run.subject, brokers: cluster.brokers }, partitions)));
    await Promise.all(runs.map(run => run.start()));
    await probe?.start();
    await wait(2_000);
    await scenario.faults({
      runs,
      tell: fault => log.note('fault', fault),
      write: (kind, content) => file.write(kind, content),
    });
    const floor = await probe?.end();
    await Promise.all(runs.map(run => run.settle()));
    const outcomes = new Map(runs.map(run => [run.subject.transport, outcomeOf(run, scenario, log, file, uncaught)]));
    await Promise.all(runs.map(run => run.close()));
    if (floor !== undefined) {
      recordFloor(scenario.done, floor, Object.fromEntries(runs.map(run => [nameOf(run), run.recorder.summary()])));
    }
    // A node that is killed reads every log when it is started again.
    await deleteTopics(cluster.brokers, [
      ...runs.flatMap(run => topicsOf(run.subject)),
      ...(probed ? [probeTopicOf(name)] : []),
    ]);
    const result = outcomesOf(outcomes);
    if (result.ours.explanation !== '') {
      console.error(result.ours.explanation);
    }
    return result;
  } catch (error) {
    // Nothing of it may go on under the next scenario.
    await Promise.allSettled([...runs.map(run => run.giveUp()), probe?.end()]);
    throw error;
  } finally {
    uncaught.stop();
    clearInterval(counting);
    await file.close();
  }
}

function probeTopicOf(run: string): string {
  return `integrity.${run}.probe`;
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

function outcomeOf(
  run: SubjectRun,
  scenario: Scenario,
  log: RunLog,
  file: RunFile,
  uncaught: UncaughtOfKafkaJS,
): Outcome {
  const { recorder } = run;
  const summary = recorder.summary();
  const transport = nameOf(run);
  const crashes = transport === 'built-in' && uncaught.count > 0 ? ` (${uncaught.count} uncaught exceptions)` : '';
  recordRow(scenario.done, scenario.loadText ?? loadText(scenario), `${transport}${crashes}`, summary);
  const explanation = explain(recorder, log);
  const { events, requests } = recorder;
  const troubles: Troubles = {
    lost: summary.lost === 0 ? [] : events.lost(),
    disordered: events.disordered(),
    failedEmits: events.failedOnes(),
    failedRequests: requests.failedOnes(),
  };
  for (const [trouble, list] of Object.entries(troubles) as [string, readonly Trouble[]][]) {
    for (const message of list) {
      file.write('trouble', { transport, trouble, ...message });
    }
  }
  file.write('summary', { transport, ...summary });
  const told = explanation === '' ? '' : `${transport}: ${explanation}\nRecord: ${file.path}`;
  return { ...summary, explanation: told, troubles, acknowledgedSince: moment => events.acknowledgedSince(moment) };
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
