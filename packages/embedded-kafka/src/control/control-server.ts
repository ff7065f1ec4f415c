import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { Logger } from '../logger.js';
import type { RunningKafka } from '../running-kafka.js';
import { ControlError, errorAnswer } from './control-error.js';
import type { ResolvedControl } from './control-options.js';
import { readJsonBody } from './json-body.js';
import { RequestGuard } from './request-guard.js';
import type { ControlAnswer } from './route.js';
import { findRoute } from './router.js';
import { routes } from './routes.js';

/** Far beyond what tests open, and what bounds the streams of events. */
const MAX_CONNECTIONS = 100;
/** Milliseconds for a whole request to arrive. */
const REQUEST_TIMEOUT = 30_000;

interface Context {
  readonly kafka: RunningKafka;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The control interface: HTTP with JSON, for tests in other languages. docs/reference/embedded-kafka-control.md */
export class ControlServer {
  private constructor(
    private readonly server: Server,
    /** E.g. `http://127.0.0.1:40212`. */
    readonly url: string,
  ) {}

  /** @throws EmbeddedKafkaError LISTEN_FAILED */
  static async open({ host, port, allowedHosts }: ResolvedControl, context: Context): Promise<ControlServer> {
    const guard = new RequestGuard(host, allowedHosts);
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT }, (request, response) => {
      void serve(request, response, guard, context);
    });
    server.maxConnections = MAX_CONNECTIONS;
    try {
      await once(server.listen(port, host), 'listening');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EmbeddedKafkaError('LISTEN_FAILED', [`${host}:${port}`, reason], { cause });
    }
    // One that goes on failing, such as for want of file descriptors, serves whom it has.
    server.on('error', error => context.logger.error(`The control interface: ${error.message}`));
    const bound = (server.address() as AddressInfo).port;
    return new ControlServer(server, `http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  guard: RequestGuard,
  { kafka, clock, logger }: Context,
): Promise<void> {
  try {
    guard.check(request);
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    const { route, params } = findRoute(routes, request.method ?? '', pathname);
    const body = await readJsonBody(request);
    const answer = await route.handle({ kafka, clock, params, query, body, exchange: { request, response } });
    if (answer !== undefined) send(response, answer);
  } catch (error) {
    sendError(request, response, error, logger);
  }
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown, logger: Logger): void {
  // The client has left: nobody waits for an answer.
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  try {
    const answer = errorAnswer(error);
    // What has not been read of a refused body is not waited for.
    if (!request.complete) response.setHeader('Connection', 'close');
    if (error instanceof ControlError && error.allow) response.setHeader('Allow', error.allow);
    send(response, answer);
  } catch (bug) {
    logger.error(`The control interface failed: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}`);
    send(response, { status: 500, body: { error: { code: 'INTERNAL_ERROR', message: String(bug) } } });
  }
}

function send(response: ServerResponse, { status, body }: ControlAnswer): void {
  response.statusCode = status;
  if (body === undefined) {
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'application/json');
  response.end(`${JSON.stringify(body)}\n`);
}
