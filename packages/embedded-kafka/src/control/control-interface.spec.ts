import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { ManualClock } from '../manual-clock.js';
import { ErrorCode } from '../protocol/errors.js';
import { heartbeatCodec } from '../protocol/generated/heartbeat.js';
import { joinGroupCodec } from '../protocol/generated/join-group.js';
import { offsetCommitCodec } from '../protocol/generated/offset-commit.js';
import { findRoute } from './router.js';
import { routes } from './routes.js';

const documentation = readFileSync(
  new URL('../../../../docs/reference/embedded-kafka-control.md', import.meta.url),
  'utf8',
);
const START = Date.now();
const shown = new Set<string>();

/** What answers have, as far as a test reaches into them. */
interface Answer {
  readonly id: number;
  readonly routes: readonly string[];
  readonly faults: readonly unknown[];
  readonly groups: readonly unknown[];
  readonly nodes: readonly unknown[];
  readonly records: readonly { readonly value: unknown }[];
  readonly error: { readonly code: string; readonly message: string };
}

let kafka: EmbeddedKafka;
let url = '';
beforeAll(async () => {
  kafka = await EmbeddedKafka.start({ brokers: 2, clock: new ManualClock(START), control: {} });
  url = kafka.controlUrl ?? '';
});
afterEach(() => kafka.reset());
afterAll(() => kafka.stop());

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status < 300) shown.add(routeOf(method, path));
  return {
    status: response.status,
    headers: response.headers,
    json: JSON.parse(text === '' ? 'null' : text) as Answer,
  };
}

function routeOf(method: string, path: string): string {
  const { route } = findRoute(routes, method, path.replace(/\?.*/, ''));
  return `${route.method} ${route.path}`;
}

const topic = (name: string, partitions = 1) => call('POST', '/topics', { name, partitions });

async function commit(groupId: string, offset: bigint): Promise<void> {
  const node = kafka.groupCoordinatorOf(groupId);
  const client = await WireClient.connect(kafka.brokers[node - 1] ?? '');
  const topics = [
    { name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: null }] },
  ];
  await client.call(offsetCommitCodec, 7, { groupId, memberId: '', topics });
  client.destroy();
}

describe('the control interface', () => {
  it('tells its health and its routes', async () => {
    expect(await call('GET', '/health')).toMatchObject({
      status: 200,
      json: { status: 'up', brokers: kafka.brokers, nodes: 2, topics: 0, groups: 0 },
    });
    const { json } = await call('GET', '/');
    expect(json.routes).toContain('POST /topics/:topic/records');
  });

  it('creates, lists and deletes topics', async () => {
    const created = await call('POST', '/topics', { name: 'orders', partitions: 2, configs: { 'retention.ms': 5 } });
    const orders = { name: 'orders', partitions: 2, configs: { 'retention.ms': '5' } };
    expect(created).toMatchObject({ status: 201, json: orders });
    expect((await call('GET', '/topics')).json).toEqual({ topics: [orders] });
    expect((await call('GET', '/topics/orders')).json).toEqual(orders);
    expect(await call('POST', '/topics', { name: 'orders' })).toMatchObject({
      status: 409,
      json: { error: { code: 'TOPIC_REFUSED' } },
    });
    expect((await call('DELETE', '/topics/orders')).status).toBe(204);
    expect(await call('GET', '/topics/orders')).toMatchObject({
      status: 404,
      json: { error: { code: 'UNKNOWN_TOPIC' } },
    });
    expect(await call('POST', '/topics', { nam: 'x' })).toMatchObject({
      status: 400,
      json: { error: { message: 'nam is not a field (did you mean name?)' } },
    });
  });

  it('writes and shows records, texts and bytes', async () => {
    await topic('orders', 2);
    const records = [
      { key: 'a', value: 'paid', headers: { trace: 'x', list: ['1', '2'] }, partition: 1, timestamp: 7 },
      { value: { base64: '/w==' }, partition: 0 },
      { key: 'a', value: null, partition: 1 },
    ];
    expect(await call('POST', '/topics/orders/records', { records })).toMatchObject({
      status: 201,
      json: {
        records: [
          { partition: 1, offset: 0 },
          { partition: 0, offset: 0 },
          { partition: 1, offset: 1 },
        ],
      },
    });
    const { json } = await call('GET', '/topics/orders/records?partition=1&limit=1');
    const headers = [
      { key: 'trace', value: 'x' },
      { key: 'list', value: '1' },
      { key: 'list', value: '2' },
    ];
    expect(json).toEqual({
      records: [{ partition: 1, offset: 0, timestamp: 7, key: 'a', value: 'paid', headers }],
      more: true,
    });
    const rest = await call('GET', '/topics/orders/records?partition=1&from=1&isolation=read_uncommitted');
    expect(rest.json).toMatchObject({ records: [{ offset: 1, value: null }], more: false });
    expect((await call('GET', '/topics/orders/records?partition=0')).json.records[0]?.value).toEqual({
      base64: '/w==',
    });
    for (const query of ['limit=0', 'limit=x', 'from=-1', 'isolation=none']) {
      expect((await call('GET', `/topics/orders/records?${query}`)).status).toBe(400);
    }
    expect(await call('POST', '/topics/orders/records', { records: [{ vale: 1 }] })).toMatchObject({
      status: 400,
      json: { error: { code: 'INVALID_RECORDS', message: expect.stringContaining('did you mean value?') } },
    });
  });

  it('tells of groups and their lag, and waits until one has consumed', async () => {
    await topic('orders');
    await kafka.produce('orders', [{ value: '1' }, { value: '2' }]);
    await commit('billing', 1n);
    expect((await call('GET', '/groups')).json.groups).toMatchObject([{ group: 'billing', state: 'Empty' }]);
    expect((await call('GET', '/groups/billing')).json).toMatchObject({
      group: 'billing',
      type: 'classic',
      coordinator: kafka.groupCoordinatorOf('billing'),
      lag: 1,
      partitions: [{ topic: 'orders', partition: 0, committed: 1, end: 2, lag: 1 }],
    });
    const early = await call('POST', '/groups/billing/until-consumed', { timeoutMs: 1 });
    expect(early).toMatchObject({ status: 409, json: { error: { code: 'NOT_CONSUMED' } } });
    const waiting = call('POST', '/groups/billing/until-consumed', { topics: ['orders'] });
    await commit('billing', 2n);
    expect((await waiting).status).toBe(204);
    await commit('other', 0n);
    expect((await call('DELETE', '/groups/other')).status).toBe(204);
    expect((await call('GET', '/groups/shipping')).json.error.message).toContain('there is billing');
  });

  it('injects, lists and removes faults', async () => {
    const fault = {
      api: 'Produce',
      topic: 'orders',
      errorCode: 'NOT_LEADER_OR_FOLLOWER',
      count: 3,
      probability: 0.5,
      seed: 7,
    };
    const { status, json } = await call('POST', '/faults', fault);
    expect([status, json]).toEqual([201, { id: json.id, hits: 0, fault }]);
    const delay = (await call('POST', '/faults', { api: 'Fetch', delayMs: 5 })).json;
    expect((await call('GET', '/faults')).json.faults).toHaveLength(2);
    expect((await call('GET', `/faults/${json.id}`)).json).toEqual(json);
    expect((await call('DELETE', `/faults/${json.id}`)).status).toBe(204);
    expect((await call('GET', '/faults')).json).toEqual({ faults: [delay] });
    expect((await call('DELETE', '/faults')).status).toBe(204);
    expect((await call('GET', `/faults/${delay.id}`)).json.error.code).toBe('UNKNOWN_FAULT');
    expect(await call('POST', '/faults', { api: 'Prodce' })).toMatchObject({
      status: 400,
      json: { error: { code: 'INVALID_FAULT' } },
    });
  });

  it('stops and starts nodes, and moves leaders and coordinators', async () => {
    await topic('orders');
    expect((await call('GET', '/nodes')).json.nodes).toMatchObject([
      { id: 1, isRunning: true },
      { id: 2, isRunning: true },
    ]);
    const path = '/topics/orders/partitions/0/leader';
    for (const node of [2, 1]) {
      expect((await call('PUT', path, { node })).status).toBe(204);
      expect((await call('GET', path)).json).toEqual({ node });
      expect((await call('PUT', '/groups/billing/coordinator', { node })).status).toBe(204);
      expect(kafka.groupCoordinatorOf('billing')).toBe(node);
      expect((await call('PUT', '/transactions/payments/coordinator', { node })).status).toBe(204);
      expect(kafka.transactionCoordinatorOf('payments')).toBe(node);
    }
    expect((await call('POST', '/nodes/1/stop')).status).toBe(204);
    expect((await call('GET', path)).json).toEqual({ node: 2 });
    expect(await call('PUT', path, { node: 1 })).toMatchObject({
      status: 409,
      json: { error: { code: 'CANNOT_LEAD' } },
    });
    expect((await call('POST', '/nodes/1/start')).status).toBe(204);
    expect(kafka.nodes.every(({ isRunning }) => isRunning)).toBe(true);
    expect((await call('POST', '/nodes/9/stop')).json.error.code).toBe('UNKNOWN_NODE');
  });

  it('cuts connections', async () => {
    expect((await call('DELETE', '/connections')).status).toBe(204);
  });

  it('moves time', async () => {
    expect((await call('GET', '/clock')).json).toEqual({ now: START, isManual: true });
    expect((await call('POST', '/clock/advance', { ms: 500 })).json).toEqual({ now: START + 500, isManual: true });
    expect((await call('POST', '/clock/advance', { ms: -1 })).status).toBe(400);
    await using other = await EmbeddedKafka.start({ control: {} });
    const refused = await fetch(`${other.controlUrl}/clock/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"ms":1}',
    });
    expect(refused.status).toBe(409);
  });

  it.each([
    ['application/x-ndjson', /^(\{.*\})$/m],
    ['text/event-stream', /^event: topicChanged\ndata: (\{.*\})$/m],
  ])('streams events as %s, those that are wanted', async (type, form) => {
    const response = await fetch(`${url}/events?type=topicChanged`, { headers: { accept: type } });
    shown.add('GET /events');
    expect(response.headers.get('content-type')).toBe(type);
    await kafka.createTopic('orders');
    await kafka.deleteTopic('orders');
    await kafka.createTopic('bills');
    let text = '';
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!text.includes('bills')) text += (await reader.read()).value ?? '';
    await reader.cancel();
    expect(JSON.parse(form.exec(text)?.[1] ?? '')).toMatchObject({ type: 'topicChanged', topic: 'orders' });
    expect(text).not.toContain('topicDeleted');
    expect((await call('GET', '/events?type=topicChange')).json.error.message).toContain('did you mean topicChanged?');
  });

  it('is reset, members of groups or not', async () => {
    await topic('orders');
    await call('PUT', '/groups/billing/coordinator', { node: 1 });
    const client = await WireClient.connect(kafka.brokers[0] ?? '');
    const { memberId, generationId } = await client.call(joinGroupCodec, 3, {
      groupId: 'billing',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
    });
    expect(kafka.groups[0]?.members).toMatchObject([{ memberId, clientId: 'wire-client' }]);
    kafka.faults.inject({ api: 'Produce', delayMs: 1 });
    expect((await call('POST', '/reset')).status).toBe(204);
    expect((await call('GET', '/health')).json).toMatchObject({ topics: 0, groups: 0 });
    expect(kafka.faults.list()).toEqual([]);
    const { errorCode } = await client.call(heartbeatCodec, 3, { groupId: 'billing', memberId, generationId });
    expect(errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    client.destroy();
  });
});

describe('a request that the control interface cannot take', () => {
  it('has a path, a method or a body that is none', async () => {
    expect(await call('GET', '/health')).toMatchObject({ status: 200 });
    for (const [method, path, body, status] of [
      ['GET', '/tpics', undefined, 404],
      ['GET', '/topics/%zz', undefined, 400],
      ['PUT', '/topics', undefined, 405],
      ['POST', '/topics', '{', 400],
      ['POST', '/topics', '[]', 400],
    ] as const) {
      expect((await callAny(method, path, body)).status).toBe(status);
    }
    expect((await callAny('PUT', '/topics')).headers.get('allow')).toBe('GET, POST');
  });

  it('has a body that is too large, or of a type that web forms send', async () => {
    const large = await callAny('POST', '/topics', `"${'x'.repeat(8 * 1024 * 1024)}"`);
    expect(large.status).toBe(413);
    const form = await fetch(`${url}/topics`, { method: 'POST', body: '{"name":"x"}' });
    expect(form.status).toBe(415);
    expect(kafka.topics).toEqual([]);
  });

  it.each([
    [{ host: 'evil.test' }, 'FORBIDDEN_HOST'],
    [{ host: 'localhost.evil.test:80' }, 'FORBIDDEN_HOST'],
    [{ origin: 'http://evil.test' }, 'FORBIDDEN_ORIGIN'],
    [{ origin: 'null' }, 'FORBIDDEN_ORIGIN'],
  ])('comes from a web page: %o', async (headers, code) => {
    expect(await rawGet(headers)).toMatchObject({ status: 403, json: { error: { code } } });
  });

  it('may come by a name that is allowed', async () => {
    await using other = await EmbeddedKafka.start({ control: { allowedHosts: ['kafka.test'] } });
    const to = other.controlUrl ?? '';
    expect((await rawGet({ host: 'kafka.test:8080' }, to)).status).toBe(200);
    expect((await rawGet({ host: 'LOCALHOST:1' }, to)).status).toBe(200);
    expect((await rawGet({ origin: to }, to)).status).toBe(200);
  });
});

describe('the control interface’s options', () => {
  it('are checked, and it is off without them', async () => {
    await using quiet = await EmbeddedKafka.start();
    expect(quiet.controlUrl).toBeUndefined();
    const control = { prt: 1, port: -1, host: '', allowedHosts: 'x' } as never;
    const start = EmbeddedKafka.start({ control });
    await expect(start).rejects.toThrow(
      /control\.prt is not an option \(did you mean port\?\).*control\.port must.*control\.host must.*control\.allowedHosts must/,
    );
    const port = Number(new URL(url).port);
    await expect(EmbeddedKafka.start({ control: { port } })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });
});

describe('the documentation of the control interface', () => {
  it('has every route, and each of them was shown by a test', () => {
    const documented = Array.from(
      documentation.matchAll(/^### ((?:GET|POST|PUT|DELETE) \S+)$/gm),
      ([, route]) => route,
    );
    const served = routes.map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual(served.toSorted());
    expect([...shown].toSorted()).toEqual(served.toSorted());
  });
});

async function callAny(method: string, path: string, body?: string): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
  });
}

/** `fetch` does not let its user choose the Host. */
async function rawGet(
  headers: Record<string, string>,
  to = url,
): Promise<{ status: number | undefined; json: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; json: unknown }>();
  request(`${to}/health`, { headers }, response => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += String(chunk)));
    response.on('end', () => resolve({ status: response.statusCode, json: JSON.parse(text) }));
  })
    .on('error', reject)
    .end();
  return promise;
}
