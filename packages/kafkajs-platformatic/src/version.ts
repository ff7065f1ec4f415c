/** Sent to brokers with ApiVersions (KIP-511), where it shows in their metrics. */
export const CLIENT_SOFTWARE_NAME = 'kafkajs-platformatic';
export const CLIENT_SOFTWARE_VERSION = '0.1.0';
