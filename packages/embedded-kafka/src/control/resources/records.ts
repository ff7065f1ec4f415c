import { isUtf8 } from 'node:buffer';
import type { RecordInit } from '../../direct/produce-directly.js';
import type { IsolationLevel, StoredRecord } from '../../direct/stored-records.js';
import { badRequest } from '../control-error.js';
import type { JsonObject } from '../json-body.js';
import { integerOfText, refuseUnknownFields } from '../request-values.js';
import { created, ok, type Route } from '../route.js';

/** Records of one answer. */
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;
/** Bytes of keys and values of one answer, beyond which it ends after the record that exceeds them. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;

/** Bytes in JSON: a text if they are UTF-8, otherwise in base64. */
type JsonBytes = string | { readonly base64: string } | null;

export const recordRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/topics/:topic/records',
    handle: async ({ kafka, params, query }) => {
      const limit = integerOfText('limit', query.get('limit') ?? String(DEFAULT_LIMIT), 1, MAX_LIMIT);
      const from = integerOfText('from', query.get('from') ?? '0', 0, MAX_OFFSET);
      const partition = query.get('partition');
      const wanted = partition === null ? undefined : integerOfText('partition', partition, 0, MAX_OFFSET);
      const all = await kafka.records(params['topic']!, isolationOf(query));
      const found = all.filter(each => each.offset >= from && (wanted === undefined || each.partition === wanted));
      const told = bounded(found, limit);
      return ok({ records: told.map(toJson), more: found.length > told.length });
    },
  },
  {
    method: 'POST',
    path: '/topics/:topic/records',
    handle: async ({ kafka, params, body }) => {
      refuseUnknownFields(body, ['records']);
      const { records } = body;
      if (!Array.isArray(records)) throw badRequest('records must be an array of { key?, value?, headers?, … }.');
      const places = await kafka.produce(params['topic']!, (records as readonly unknown[]).map(fromJson));
      return created({ records: places });
    },
  },
];

function isolationOf(query: URLSearchParams): IsolationLevel {
  const isolation = query.get('isolation') ?? 'read_committed';
  if (isolation === 'read_committed' || isolation === 'read_uncommitted') return isolation;
  throw badRequest(`isolation must be read_committed or read_uncommitted, got ${JSON.stringify(isolation)}.`);
}

function bounded(records: readonly StoredRecord[], limit: number): readonly StoredRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ key, value }, index) => {
    if (index === limit || bytes > MAX_BYTES) return true;
    bytes += (key?.length ?? 0) + (value?.length ?? 0);
    return false;
  });
  return end === -1 ? records : records.slice(0, end);
}

function toJson({ partition, offset, timestamp, key, value, headers }: StoredRecord): JsonObject {
  return {
    partition,
    offset,
    timestamp,
    key: bytesToJson(key),
    value: bytesToJson(value),
    headers: headers.map(header => ({ key: header.key, value: bytesToJson(header.value) })),
  };
}

function bytesToJson(bytes: Buffer | null): JsonBytes {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') };
}

/** What is not `{ base64 }` is passed on as it is: `kafka.produce` tells what is wrong with it. */
function fromJson(record: unknown): RecordInit {
  if (!isObject(record)) return record as RecordInit;
  const { headers } = record;
  return {
    ...record,
    ...('key' in record && { key: bytesOfJson(record['key']) }),
    ...('value' in record && { value: bytesOfJson(record['value']) }),
    ...(isObject(headers) && { headers: Object.fromEntries(Object.entries(headers).map(headerOfJson)) }),
  } as RecordInit;
}

function headerOfJson([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  return [name, Array.isArray(value) ? value.map(bytesOfJson) : bytesOfJson(value)];
}

function bytesOfJson(value: unknown): unknown {
  if (!isObject(value) || typeof value['base64'] !== 'string' || Object.keys(value).length !== 1) return value;
  return Buffer.from(value['base64'], 'base64');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
