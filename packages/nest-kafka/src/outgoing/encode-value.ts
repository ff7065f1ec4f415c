/**
 * Turns a value or key into what a record holds, by Nest's rules: strings and buffers as they are; plain objects, arrays
 * and instances without a `toString()` of their own as JSON; everything else by its `toString()`; `undefined` as `null`.
 */
export function encodeValue(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'string' || Buffer.isBuffer(value)) {
    return value;
  }
  if (typeof value === 'object' && isJson(value)) {
    return JSON.stringify(value);
  }
  return String(value);
}

function isJson(value: object): boolean {
  if (Array.isArray(value)) {
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) {
    return true;
  }
  return value.toString === Object.prototype.toString;
}
