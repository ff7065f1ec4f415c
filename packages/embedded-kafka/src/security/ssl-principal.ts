import type { X509Certificate } from 'node:crypto';
import { ANONYMOUS, userNamed, type Principal } from './principal.js';

/**
 * The principal of a client by its certificate: the subject as RFC 2253 writes it, the most specific part first
 * (`User:CN=alice,OU=Heroes,C=DE`), which is what Kafka's default principal builder gives.
 */
export function sslPrincipal(certificate: X509Certificate | undefined): Principal {
  const subject = certificate?.subject;
  return subject === undefined ? ANONYMOUS : userNamed(rfc2253(subject));
}

/** From Node's form: a line per part, in the order of the certificate, whose values are escaped as RFC 2253 wants it. */
export function rfc2253(subject: string): string {
  return subject
    .split('\n')
    .filter(line => line !== '')
    .toReversed()
    .join(',');
}
