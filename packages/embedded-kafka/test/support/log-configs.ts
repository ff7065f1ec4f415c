import type { LogConfigs } from '../../src/log/log-configs.js';

/** Configurations that let everything in and keep it for ever, except for what is said. */
export function logConfigs(configs: Partial<LogConfigs> = {}): LogConfigs {
  return {
    maxMessageBytes: 1_048_588,
    timestampAfterMaxMs: Number.MAX_SAFE_INTEGER,
    timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
    logAppendTime: false,
    requiresKeys: false,
    segmentBytes: 1_073_741_824,
    segmentMs: 604_800_000,
    isDeleted: true,
    retentionMs: -1,
    retentionBytes: -1,
    isCompacted: false,
    deleteRetentionMs: 86_400_000,
    minCompactionLagMs: 0,
    maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
    minCleanableDirtyRatio: 0.5,
    ...configs,
  };
}
