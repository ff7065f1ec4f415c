import type { AnyApi, RequestContext } from '../api/api.js';
import { CloseConnectionError } from '../api/close-connection-error.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import { ErrorCode } from '../protocol/errors.js';
import { problemsOf, type Fault, type Faults, type InjectedFault } from './fault.js';
import { MangledAnswer } from './mangled-answer.js';
import { seededChance } from './seeded-chance.js';
import { refusals } from './refusals.js';
import { concernsGroup, concernsTopic } from './request-subject.js';

/** More are a mistake, such as injecting in a loop without removing. */
const MAX_FAULTS = 1_000;

/**
 * Faults for tests: stands between the registry and the handlers, and lets chosen requests fail.
 * A fault is active -> used up (it has hit `count` requests) or removed; the first active one that fits a request, in the
 * order of injection, hits it, and no other does. Invariant: `active` has only those that can still hit.
 */
export class FaultInjector implements Faults {
  private lastId = 0;
  private readonly active = new Set<ActiveFault>();

  /** `apis`: names of those that are served. */
  constructor(private readonly apis: readonly string[]) {}

  inject(fault: Fault): InjectedFault {
    const knowledge = { apis: this.apis, refusable: [...refusals.keys()], errorNames: Object.keys(ErrorCode) };
    const problems = problemsOf(fault, knowledge);
    if (this.active.size >= MAX_FAULTS) problems.push(`there are ${MAX_FAULTS} faults already: remove some`);
    if (problems.length > 0) throw new EmbeddedKafkaError('INVALID_FAULT', [problems]);
    const injected = new ActiveFault(++this.lastId, { ...fault }, spent => this.active.delete(spent));
    this.active.add(injected);
    return injected;
  }

  list(): InjectedFault[] {
    return [...this.active];
  }

  clear(): void {
    this.active.clear();
  }

  /** Handles a request, or lets it fail. */
  handle(api: AnyApi, request: unknown, context: RequestContext): unknown {
    if (this.active.size === 0) return api.handle(request, context);
    for (const injected of this.active) {
      if (!fits(injected.fault, api, request, context) || !injected.takesItsChance()) continue;
      injected.hit();
      const { broker, clientId, connection } = context;
      const { id: faultId } = injected;
      broker.events.emit({ type: 'faultHit', faultId, api: api.name, connectionId: connection.id, clientId });
      return injected.fault.delayMs === undefined
        ? perform(injected.fault, api, request, context)
        : performLater(injected.fault, injected.fault.delayMs, api, request, context);
    }
    return api.handle(request, context);
  }
}

class ActiveFault implements InjectedFault {
  hits = 0;
  private readonly chance: () => number;

  constructor(
    readonly id: number,
    readonly fault: Fault,
    private readonly onEnd: (spent: ActiveFault) => void,
  ) {
    this.chance = seededChance(fault.seed ?? 1);
  }

  takesItsChance(): boolean {
    const { probability } = this.fault;
    return probability === undefined || this.chance() < probability;
  }

  hit(): void {
    this.hits++;
    if (this.hits === this.fault.count) this.remove();
  }

  remove(): void {
    this.onEnd(this);
  }
}

function fits(fault: Fault, { name }: AnyApi, request: unknown, { clientId, broker }: RequestContext): boolean {
  const { api, topic, group, errorCode } = fault;
  if (api !== undefined && api !== name) return false;
  if (errorCode !== undefined && !refusals.has(name)) return false;
  if (fault.clientId !== undefined && fault.clientId !== clientId) return false;
  if (group !== undefined && !concernsGroup(request, group)) return false;
  return topic === undefined || concernsTopic(request, topic, broker.cluster.topic(topic)?.id);
}

function perform(fault: Fault, api: AnyApi, request: unknown, context: RequestContext): unknown {
  const { errorCode, close, dropAnswer } = fault;
  if (close === true) throw new CloseConnectionError(`a fault was injected for ${api.name}`);
  if (errorCode !== undefined) return refuse(api, request, ErrorCode[errorCode], context.version);
  if (fault.truncateAnswer === true) return handleAndMangle('truncated', api, request, context);
  if (fault.duplicateAnswer === true) return handleAndMangle('duplicated', api, request, context);
  if (fault.throttleMs !== undefined) return handleAndThrottle(fault.throttleMs, api, request, context);
  return dropAnswer === true ? handleAndDrop(api, request, context) : api.handle(request, context);
}

async function performLater(
  fault: Fault,
  delayMs: number,
  api: AnyApi,
  request: unknown,
  context: RequestContext,
): Promise<unknown> {
  const { signal } = context.connection;
  await new Promise<void>(resolve => {
    const timer = context.broker.clock.setTimeout(finish, delayMs);
    signal.addEventListener('abort', finish);
    function finish(): void {
      timer.clear();
      signal.removeEventListener('abort', finish);
      resolve();
    }
  });
  return signal.aborted ? null : perform(fault, api, request, context);
}

async function handleAndDrop(api: AnyApi, request: unknown, context: RequestContext): Promise<never> {
  await api.handle(request, context);
  throw new CloseConnectionError(`a fault was injected for ${api.name}: it was done, and its answer is dropped`);
}

async function handleAndMangle(
  how: MangledAnswer['how'],
  api: AnyApi,
  request: unknown,
  context: RequestContext,
): Promise<MangledAnswer | null> {
  const response = await api.handle(request, context);
  return response === null ? null : new MangledAnswer(response, how);
}

/** Not more than a quota asks for: the longer of the two times counts. */
async function handleAndThrottle(ms: number, api: AnyApi, request: unknown, context: RequestContext): Promise<unknown> {
  const response = await api.handle(request, context);
  const { throttleTimeMs = 0 } = (response ?? {}) as { readonly throttleTimeMs?: number };
  if (throttleTimeMs >= ms) return response;
  context.connection.throttle(ms);
  return response === null ? null : { ...(response as object), throttleTimeMs: ms };
}

function refuse({ name }: AnyApi, request: unknown, errorCode: number, version: number): unknown {
  // Nobody waits for an answer to acks=0: a closed connection is how Kafka tells of its failure.
  const wantsNoAnswer = name === 'Produce' && (request as { readonly acks: number }).acks === 0;
  const refusal = refusals.get(name);
  if (wantsNoAnswer || !refusal) throw new CloseConnectionError(`a fault was injected for ${name}`);
  return refusal(request, errorCode, version);
}
