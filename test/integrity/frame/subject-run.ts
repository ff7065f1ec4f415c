import { setTimeout as wait } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { startService } from '../load/service.js';
import { ServiceProcesses } from '../load/service-processes.js';
import type { Load } from '../load/steady-load.js';
import type { Subject } from '../load/subject.js';
import { Recorder } from '../record/recorder.js';
import type { RunLog } from '../record/run-log.js';

/** After the last fault, within this everything acknowledged has to be handled. */
const SETTLING = 60_000;
/** Where what is lost is lost by design, what is left comes at once or never. */
const SETTLING_WITH_LOSSES = 10_000;
const CLOSING = 60_000;
/** So many answers, and events handled, within so long: only then faults begin. */
const WARM = 10;
const WARMING = 60_000;

/** What serves the load. */
export type Serving = 'two services' | 'two processes' | 'two services and a process';

const SERVICES: Readonly<Record<Serving, number>> = {
  'two services': 2,
  'two processes': 0,
  'two services and a process': 2,
};
const PROCESSES: Readonly<Record<Serving, number>> = {
  'two services': 0,
  'two processes': 2,
  'two services and a process': 1,
};

export interface SubjectRunOptions {
  readonly serving: Serving;
  readonly load: (subject: Subject, recorder: Recorder) => Load;
  readonly logger: LoggerService;
  readonly log: RunLog;
  /** Acknowledged messages are deleted before they are handled, so that nobody waits for all of them. */
  readonly losesByDesign: boolean;
}

/** One transport under load: its services, its client, and what it has been told to remember. */
export class SubjectRun {
  readonly recorder = new Recorder();
  /** Where services are processes: these. */
  readonly processes: ServiceProcesses;
  private readonly services: { close(): Promise<unknown> }[] = [];
  readonly load: Load;

  constructor(
    readonly subject: Subject,
    private readonly options: SubjectRunOptions,
  ) {
    this.processes = new ServiceProcesses(
      subject,
      id => this.recorder.handled(id),
      (pid, entry) => options.log.noteEntry(`${subject.transport.name}, process ${String(pid)}`, entry),
    );
    this.load = options.load(subject, this.recorder);
  }

  async start(): Promise<void> {
    const { serving, logger } = this.options;
    for (let i = 0; i < SERVICES[serving]; i++) {
      this.services.push(await startService(this.subject, id => this.recorder.handled(id), logger));
    }
    for (let i = 0; i < PROCESSES[serving]; i++) {
      await this.processes.add();
    }
    await this.load.start();
    await this.untilWarm();
    this.recorder.loadStarted();
  }

  /** A fault means nothing to a cluster that is still making its own topics, and to clients that are still connecting. */
  private async untilWarm(): Promise<void> {
    const { events, requests } = this.recorder;
    for (let waited = 0; waited < WARMING; waited += 100) {
      if (requests.acknowledged >= WARM && (events.begun === 0 || events.handled >= WARM)) {
        return;
      }
      await wait(100);
    }
    throw new Error(
      `After ${WARMING / 1_000} s ${requests.acknowledged} requests were answered, ${events.handled} events handled`,
    );
  }

  /** Ends the load, and waits until everything acknowledged is handled, or time is up. */
  async settle(): Promise<void> {
    await this.load.end();
    const { losesByDesign } = this.options;
    this.recorder.loadEnded(losesByDesign);
    const patience = losesByDesign ? SETTLING_WITH_LOSSES : SETTLING;
    for (let waited = 0; !this.recorder.isQuiet && waited < patience; waited += 100) {
      await wait(100);
    }
    this.recorder.settled();
  }

  /** Ends whatever there is of it, and waits for none of it to go well. */
  async giveUp(): Promise<void> {
    await Promise.race([this.load.end(), wait(CLOSING, undefined, { ref: false })]);
    this.processes.thawAll();
    await this.close();
  }

  async close(): Promise<void> {
    const closed = Promise.all([...this.services.map(service => service.close()), this.processes.close()]);
    const late = wait(CLOSING, 'late' as const, { ref: false });
    if ((await Promise.race([closed, late])) === 'late') {
      throw new Error(`The services of ${this.subject.transport.name} had not closed after ${CLOSING / 1_000} s`);
    }
  }
}
