import { createInterface } from 'node:readline';
import { inspect } from 'node:util';

/** What a scenario is given: where the brokers are, and what its topics' and groups' names begin with. */
export interface Scene {
  readonly bootstrap: string;
  readonly prefix: string;
}

export type Scenario = (scene: Scene, ...words: string[]) => Promise<unknown>;

/**
 * The protocol of every driver (see ../../README.md): a line `scenario prefix word…` on stdin, one line of JSON on stdout,
 * until stdin ends.
 */
export async function serveScenarios(bootstrap: string, scenarios: Readonly<Record<string, Scenario>>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [name = '', prefix = '', ...words] = line.split(' ');
    let answer: object;
    try {
      const scenario = scenarios[name];
      if (!scenario) throw new Error(`this driver has no scenario "${name}"`);
      answer = { scenario: name, observations: await scenario({ bootstrap, prefix }, ...words) };
    } catch (error) {
      answer = { scenario: name, error: inspect(error, { depth: 4 }) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
