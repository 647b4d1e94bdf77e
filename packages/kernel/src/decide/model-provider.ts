/** Who pauses a run when the quota of a model provider is spent, as `run.paused` names it. */
export const MODEL_PROVIDER = 'model provider'
