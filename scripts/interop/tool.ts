import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KafkaScriptError } from '../kafka/errors.ts';

/** A client's language that Node does not bring along; `INTEROP_SKIP=go,python` leaves clients out by name. */
export type Tool = 'java' | 'python' | 'go';

export interface ToolCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

const execute = promisify(execFile);

/**
 * Runs a step of a preparation and returns what it printed.
 * @throws KafkaScriptError when the program is missing, or fails, with the end of what it said
 */
export async function runTool(tool: Tool, { command, args, cwd }: ToolCommand): Promise<string> {
  try {
    const { stdout } = await execute(command, args, { maxBuffer: 64 * 1024 * 1024, ...(cwd ? { cwd } : {}) });
    return stdout;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) {
      throw new KafkaScriptError(
        `${command} was not found, and \`npm run test:interop\` tries clients of its language. Install it, ` +
          `or leave them out by INTEROP_SKIP=${tool}, which the report will show.`,
      );
    }
    const said = 'stderr' in error ? `${String('stdout' in error ? error.stdout : '')}${String(error.stderr)}` : '';
    const end = said.trim().split('\n').slice(-20).join('\n');
    throw new KafkaScriptError(
      `\`${command} ${args.join(' ')}\` failed for the ${tool} clients: ${end || error.message}`,
    );
  }
}
