import type { IncomingMessage } from 'node:http';
import { badRequest, ControlError } from './control-error.js';

/** What a request may have at most. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a request's body, which must be a JSON object, or nothing at all.
 * @throws ControlError
 */
export async function readJsonBody(request: IncomingMessage): Promise<JsonObject> {
  const text = await readText(request);
  if (text === '') return {};
  // No web form can send this type, so that a browser asks before it does.
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new ControlError(415, 'UNSUPPORTED_MEDIA_TYPE', 'A body must be of Content-Type application/json.');
  }
  const json = parse(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw badRequest('The body must be an object.');
  return json as JsonObject;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Who sends too much is told so, on a connection that is still there.
  const received = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of received) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new ControlError(413, 'BODY_TOO_LARGE', `A body may have ${MAX_BODY_BYTES} bytes. Send it in parts.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
