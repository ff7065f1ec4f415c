/** Defaults of the built-in transport, which a drop-in keeps. */
export const DEFAULT_BROKER = 'localhost:9092';
export const DEFAULT_CLIENT_ID = 'nestjs-consumer';
export const DEFAULT_GROUP_ID = 'nestjs-group';
export const DEFAULT_SERVER_POSTFIX = '-server';
export const DEFAULT_CLIENT_POSTFIX = '-client';

/** Defaults of the options that are ours; their meaning stands at the option. */
export const DEFAULT_REQUEST_TIMEOUT = 30_000;
export const DEFAULT_MAX_PENDING_REQUESTS = 65_536;
export const DEFAULT_GRACE_PERIOD = 10_000;
