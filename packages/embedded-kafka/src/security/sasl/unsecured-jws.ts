/** What is checked of a token, and what it says. Times are milliseconds since the epoch. */
export interface BearerToken {
  readonly principal: string;
  readonly expiresAt: number;
}

/**
 * Reads an unsecured JSON Web Signature (RFC 7515, `alg: none`) as Apache Kafka's unsecured validator does: three parts
 * of base64url, the last one empty; a subject, an expiry in the future, and an issue time, if any, that is past.
 * @returns the token, or what is wrong with it
 */
export function readUnsecuredJws(text: string, now: number): BearerToken | string {
  const parts = text.split('.', 4);
  const [header = '', claims = '', signature = ''] = parts;
  if (parts.length !== 3) return 'a token has three parts';
  if (signature !== '') return 'an unsecured token has no signature';
  const head = readObject(header);
  if (head === undefined) return 'the header is no JSON object';
  if (head['alg'] !== 'none') return `the algorithm is ${JSON.stringify(head['alg'])}, not "none"`;
  const body = readObject(claims);
  if (body === undefined) return 'the claims are no JSON object';
  const { sub, exp, iat } = body;
  if (typeof sub !== 'string' || sub.trim() === '') return 'the claim sub is no name';
  if (typeof exp !== 'number') return 'the claim exp is no number';
  if (iat !== undefined && typeof iat !== 'number') return 'the claim iat is no number';
  const expiresAt = Math.round(exp * 1000);
  if (now >= expiresAt) return 'the token has expired';
  if (iat !== undefined && iat * 1000 > now) return 'the token is from the future';
  if (iat !== undefined && iat >= exp) return 'the token expires before it was issued';
  return { principal: sub, expiresAt };
}

function readObject(part: string): Record<string, unknown> | undefined {
  if (!/^[\w-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
