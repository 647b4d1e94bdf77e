import type { Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api'
import { METRIC } from './telemetry-names.ts'

/** Boundaries that the conventions give for calls of models, in seconds, and for tokens. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power)

/** The instruments that all runs of a process share. */
export interface Instruments {
  readonly tokens: Histogram
  readonly modelDuration: Histogram
  readonly tasks: Counter
  readonly attemptDuration: Histogram
  readonly queueWait: Histogram
  readonly retries: Counter
  readonly attemptsRunning: UpDownCounter
  readonly runsRunning: UpDownCounter
}

export function instrumentsOf(meter: Meter): Instruments {
  const seconds = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: SECONDS } })
  return {
    tokens: meter.createHistogram(METRIC.tokens, {
      description: 'Tokens of one call of a model, by type.',
      unit: '{token}',
      advice: { explicitBucketBoundaries: TOKENS },
    }),
    modelDuration: seconds(METRIC.modelDuration, 'Time of one call of a model.'),
    tasks: meter.createCounter(METRIC.tasks, { description: 'Tasks by how they ended.', unit: '{task}' }),
    attemptDuration: seconds(METRIC.attemptDuration, 'Time of one attempt, from its start.'),
    queueWait: seconds(METRIC.queueWait, 'Time that a task which could start waited for a slot.'),
    retries: meter.createCounter(METRIC.retries, { description: 'Attempts that were tried again.', unit: '{attempt}' }),
    attemptsRunning: meter.createUpDownCounter(METRIC.attemptsRunning, {
      description: 'Attempts that run now.',
      unit: '{attempt}',
    }),
    runsRunning: meter.createUpDownCounter(METRIC.runsRunning, { description: 'Runs that go on now.', unit: '{run}' }),
  }
}
