import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';

/** Asks the control interface of a broker in another process. */
export class ControlClient {
  constructor(private readonly url: string) {}

  get<Answer>(path: string): Promise<Answer> {
    return this.ask<Answer>('GET', path);
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.ask<Answer>('POST', path, body);
  }

  /** Nothing happens if it is gone already. */
  async delete(path: string): Promise<void> {
    await this.ask('DELETE', path, undefined, [404]);
  }

  /** @throws EmbeddedKafkaError CONTROL_REFUSED */
  private async ask<Answer>(method: string, path: string, body?: unknown, accepted: number[] = []): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok && !accepted.includes(response.status)) {
      throw new EmbeddedKafkaError('CONTROL_REFUSED', [`${method} ${path}`, reasonOf(text, response.status)]);
    }
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
}

function reasonOf(text: string, status: number): string {
  try {
    return (JSON.parse(text) as { readonly error: { readonly message: string } }).error.message;
  } catch {
    return `it answered ${status} with what is not its own.`;
  }
}
