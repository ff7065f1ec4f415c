import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PEM files that openssl has made just now: an authority, and a key with its certificate for each name. */
export class Certificates {
  readonly #directory: string;
  readonly ca: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.ca = join(directory, 'ca.pem');
    openssl(
      'req',
      '-x509',
      ...newKey(join(directory, 'ca.key')),
      '-out',
      this.ca,
      '-days',
      '2',
      '-subj',
      '/CN=Test CA',
    );
  }

  /** @returns the paths of the key, the certificate, and both in one file. */
  issue(name: string): { readonly key: string; readonly cert: string; readonly store: string } {
    const file = (suffix: string): string => join(this.#directory, `${name}.${suffix}`);
    const [key, cert, request, extensions, store] = ['key', 'crt', 'csr', 'ext', 'pem'].map(file) as [
      string,
      string,
      string,
      string,
      string,
    ];
    openssl('req', ...newKey(key), '-out', request, '-subj', `/CN=${name}`);
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    const authority = ['-CA', this.ca, '-CAkey', join(this.#directory, 'ca.key'), '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...authority, '-out', cert, '-days', '2', '-extfile', extensions);
    writeFileSync(store, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'));
    return { key, cert, store };
  }
}

const newKey = (path: string): string[] => ['-newkey', 'rsa:2048', '-nodes', '-keyout', path];

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
