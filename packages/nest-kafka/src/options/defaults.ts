/** Defaults of the options that are ours; their meaning stands at the option. */
export const DEFAULT_REQUEST_TIMEOUT = 30_000;
export const DEFAULT_MAX_PENDING_REQUESTS = 65_536;
export const DEFAULT_GRACE_PERIOD = 10_000;
