import { kernel, type Mutant } from '../mutant.fixture.ts'

/** What follows an attempt that did not succeed. */
export const RETRY: readonly Mutant[] = [
  {
    name: 'retry-uncounted',
    number: 35,
    defect: 'Retries are not counted, so that they never end.',
    edits: [kernel('decide/verdict.ts', 'task.retries + (counted ? 1 : 0)', 'task.retries')],
    killers: ['S12'],
  },
  {
    name: 'one-retry-too-many',
    defect: 'A task is tried once more than it may be.',
    edits: [kernel('decide/verdict.ts', 'if (retry > retriesMax ||', 'if (retry > retriesMax + 1 ||')],
    killers: ['S12'],
  },
  {
    name: 'error-swallowed',
    number: 37,
    defect: 'An attempt that failed is written down as one that succeeded with nothing.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        "emitter.emit({ type: 'attempt.failed', task: id, epoch, error: input.error, ...usageOf(input) })",
        `if (task.live?.started === false) start(emitter, id, epoch, task.live.slot)
      if (task.live !== undefined) return succeed(emitter, task, { ...input, type: 'result', result: null, outputs: [] })`,
      ),
    ],
    killers: ['S9'],
  },
  {
    name: 'failure-then-success',
    defect: 'A task whose last attempt failed succeeds.',
    edits: [
      kernel(
        'decide/verdict.ts',
        'emitter.emit({ type: `task.${outcome}`, task: task.spec.id, error })',
        "emitter.emit({ type: 'task.succeeded', task: task.spec.id, epoch: task.epoch })",
      ),
      kernel(
        'state/transitions.ts',
        "'task.retried': 'retrying',\n    'task.yielded'",
        "'task.retried': 'retrying', 'task.succeeded': 'succeeded',\n    'task.yielded'",
      ),
    ],
    killers: ['S7', 'S9'],
  },
  {
    name: 'backoff-overflows',
    number: 38,
    defect: 'The backoff of a retry overflows and lies in the past.',
    edits: [kernel('decide/verdict.ts', 'Math.max(0, Math.ceil(wanted))', '-Math.ceil(wanted) - 1')],
    killers: ['S12'],
  },
  {
    name: 'backoff-ignored',
    defect: 'A retry does not wait for the time that was promised.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'if (task.notBefore > at) this.backoff',
        'if (task.notBefore > at + 1_000_000) this.backoff',
      ),
    ],
    killers: ['S12'],
  },
  {
    name: 'hopeless-retried',
    number: 39,
    defect: 'An error that another try cannot help is tried again.',
    edits: [kernel('decide/verdict.ts', ' || !ERROR_REGISTRY[error.code].retryable) return', ') return')],
    killers: ['S12'],
  },
  {
    name: 'quota-counted',
    defect: 'An attempt that a provider refused for its spent quota costs a retry.',
    edits: [kernel('decide/attempt-inputs.ts', "'failed', input.error.code !== QUOTA_SPENT)", "'failed', true)")],
    killers: ['S12'],
  },
  {
    name: 'quota-pauses-nothing',
    defect: 'A spent quota does not pause the run.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        'if (input.error.code === QUOTA_SPENT) pauseForQuota(emitter, input.error)',
        '',
      ),
    ],
    killers: ['S12'],
  },
  {
    name: 'quota-pauses-each-time',
    defect: 'Every attempt that is refused for the spent quota pauses the run once more.',
    edits: [
      kernel(
        'decide/quota.ts',
        "if (!emitter.kernel.state.paused) emitter.emit({ type: 'run.paused', by: MODEL_PROVIDER",
        "emitter.emit({ type: 'run.paused', by: MODEL_PROVIDER",
      ),
    ],
    killers: ['S4'],
  },
  {
    name: 'once-repeated',
    defect: 'Work that must be done once is tried again after it was lost at work.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        "if (started && effects === 'once') {",
        "if (started && effects === 'keyed' && task.retries > 99) {",
      ),
    ],
    killers: ['S12'],
  },
  {
    name: 'restart-counted',
    defect: 'The death of the manager costs its attempts a retry.',
    edits: [kernel('decide/attempt-inputs.ts', "clock === 'restart' || clock === 'drain'", "clock === 'drain'")],
    killers: ['S12'],
  },
  {
    name: 'last-failure-leaves-running',
    number: 41,
    defect: 'When the last attempt fails, its task gets no outcome.',
    edits: [
      kernel('decide/verdict.ts', 'emitter.emit({ type: `task.${outcome}`, task: task.spec.id, error })', 'return'),
    ],
    killers: ['S9', 'L1'],
  },
  {
    name: 'rejection-lost',
    number: 42,
    defect: 'The error of an attempt is dropped where it arrives.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        "emitter.emit({ type: 'attempt.failed', task: id, epoch, error: input.error, ...usageOf(input) })",
        "if (task.status === 'assigned') return",
      ),
    ],
    killers: ['L5'],
  },
  {
    name: 'failed-run-completes',
    defect: 'A run completes although a task failed and nobody waived it.',
    edits: [kernel('decide/end-run.ts', 'if (causeCode === undefined) emitter', "if (causeCode !== '') emitter")],
    killers: ['S9'],
  },
  {
    name: 'result-of-live-attempt-set-aside',
    defect: 'The result of an attempt whose start was never heard of is put aside.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        'task.live === undefined || task.live.epoch !== epoch ||',
        "task.live === undefined || task.live.epoch !== epoch || (input.type === 'result' && !task.live.started) ||",
      ),
    ],
    killers: ['S7'],
  },
]
