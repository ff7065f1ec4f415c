import type { Role } from '../protocol.js';

/** Decorators are evaluated at import, so the topics of this round come from the process's own argument. */
export const role = JSON.parse(process.argv[2]!) as Role;
