import { unknownName } from '../options/nearest-name.js';
import { isIntegerWithin, show } from '../options/option-values.js';
import { badRequest } from './control-error.js';
import type { JsonObject } from './json-body.js';

/** @throws ControlError for a field that the route does not have */
export function refuseUnknownFields(body: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(body).filter(name => !known.includes(name));
  if (unknown.length === 0) return;
  throw badRequest(unknown.map(name => `${name} is not a field ${unknownName(name, known)}`).join('; '));
}

/** @throws ControlError */
export function integerOf(name: string, value: unknown, min: number, max: number): number {
  if (isIntegerWithin(value, min, max)) return value as number;
  throw badRequest(`${name} must be an integer from ${min} to ${max}, got ${show(value)}.`);
}

/** As `integerOf`, of a text in the path or the query. */
export function integerOfText(name: string, text: string, min: number, max: number): number {
  return integerOf(name, /^\d+$/.test(text) ? Number(text) : text, min, max);
}
