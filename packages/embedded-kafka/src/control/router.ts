import { badRequest, ControlError } from './control-error.js';
import type { Route } from './route.js';

interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** @throws ControlError if there is no such path, or not with this method */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const parts = path.split('/').map(decode);
  const matches = routes.flatMap(route => {
    const params = paramsOf(route.path.split('/'), parts);
    return params === undefined ? [] : [{ route, params }];
  });
  const found = matches.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  if (matches.length === 0) {
    throw new ControlError(404, 'UNKNOWN_ROUTE', `There is no ${path}; GET / lists what there is.`);
  }
  const methods = matches.map(({ route }) => route.method).join(', ');
  throw new ControlError(405, 'METHOD_NOT_ALLOWED', `${path} takes ${methods}, not ${method}.`, methods);
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index]!;
    if (expected.startsWith(':') && part !== '') params[expected.slice(1)] = part;
    else if (expected !== part) return undefined;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`The path has an escape that is none: ${part}.`);
  }
}
