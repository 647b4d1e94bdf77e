import { RunConfigSchema, type RunConfig } from '@bosun/core'

const DEFAULTS: RunConfig = RunConfigSchema.parse({})

/** The sections of a configuration, each of which may lack what a later version has added. */
type OlderConfig = {
  readonly [K in keyof RunConfig]?: RunConfig[K] extends object ? Partial<RunConfig[K]> : RunConfig[K]
}

/**
 * The configuration of a run with the documented default for whatever it does not state: a journal of
 * an older version folds under the limits that a run of today would have.
 */
export function completeConfig(config: OlderConfig): RunConfig {
  return {
    ...DEFAULTS,
    ...config,
    limits: { ...DEFAULTS.limits, ...config.limits },
    retry: { ...DEFAULTS.retry, ...config.retry },
    lease: { ...DEFAULTS.lease, ...config.lease },
    hedge: { ...DEFAULTS.hedge, ...config.hedge },
    policy: { ...DEFAULTS.policy, ...config.policy },
  }
}
