import type { Fault, Faults, InjectedFault } from '../faults/fault.js';
import type { ThreadLink } from './thread-link.js';
import type { FaultState } from './thread-messages.js';

/** The faults of a broker in another thread. */
export class WorkerFaults implements Faults {
  constructor(private readonly link: Pick<ThreadLink, 'ask'>) {}

  inject(fault: Fault): InjectedFault {
    return new WorkerFault(this.link, this.link.ask('injectFault', fault));
  }

  list(): InjectedFault[] {
    return this.link.ask('listFaults').map(state => new WorkerFault(this.link, state));
  }

  clear(): void {
    this.link.ask('clearFaults');
  }
}

class WorkerFault implements InjectedFault {
  readonly id: number;
  readonly fault: Fault;

  constructor(
    private readonly link: Pick<ThreadLink, 'ask'>,
    { id, fault }: FaultState,
  ) {
    this.id = id;
    this.fault = fault;
  }

  get hits(): number {
    return this.link.ask('hitsOf', this.id);
  }

  remove(): void {
    this.link.ask('removeFault', this.id);
  }
}
