import { Telemetry, type Fact } from '@bosun/sdk'
import { metrics, trace, type Meter, type Tracer } from '@opentelemetry/api'
import { ContainerModule } from 'inversify'
import { instrumentsOf, type Instruments } from './instruments.ts'
import { RunMetrics } from './run-metrics.ts'
import { RunSpans } from './run-spans.ts'

const SCOPE = '@bosun/telemetry-otel'
/** Runs that have ended and are remembered, so that late facts of theirs begin nothing anew. */
const ENDED_RUNS_MAX = 1_000

export interface OtelTelemetryOptions {
  /** Exports goals, bodies, results and the texts of errors as well. @defaultValue false: names, codes, times and counts */
  readonly content?: boolean
  /** @defaultValue the tracer of the provider that is registered globally; none: nothing is recorded */
  readonly tracer?: Tracer
  /** @defaultValue likewise */
  readonly meter?: Meter
}

interface RunSeen {
  readonly spans: RunSpans
  readonly metrics: RunMetrics
  lastSeq: number
}

/**
 * Tells OpenTelemetry of runs: spans and metrics, projected from their facts. It decides nothing, and
 * when it fails, no run is the worse for it.
 *
 * A run that is taken up by another process goes on in a trace of its own there, marked as resumed and
 * joined to the first by `gen_ai.conversation.id`, which is the id of the run. Ids of tasks are part of
 * spans, never of metrics.
 *
 * @example
 * const telemetry = new OtelTelemetry()
 * const container = await createContainer(embedded({ folder, stateDir }), otel(telemetry))
 */
export class OtelTelemetry implements Telemetry {
  readonly #options: OtelTelemetryOptions
  #instruments: Instruments | undefined
  #isClosed = false
  readonly #runs = new Map<string, RunSeen>()
  readonly #ended = new Set<string>()

  constructor(options: OtelTelemetryOptions = {}) {
    this.#options = options
  }

  facts(run: string, facts: readonly Fact[]): void {
    if (!this.#isClosed) for (const fact of facts) this.#take(run, fact)
  }

  /**
   * Ends the spans of runs that go on without this process, marked as cut off. Call it before the
   * provider is shut down, which exports ended spans alone. What comes later is not told of.
   */
  close(): void {
    this.#isClosed = true
    for (const { spans, metrics: own } of this.#runs.values()) {
      spans.close()
      own.close()
    }
    this.#runs.clear()
  }

  // Private

  #take(run: string, fact: Fact): void {
    if (fact.type === 'run.reopened') this.#ended.delete(run)
    if (this.#ended.has(run)) return
    const seen = this.#runs.get(run) ?? this.#begin(run, fact)
    // After a failed append, what was in doubt is told again.
    if (fact.seq !== 0 && fact.seq <= seen.lastSeq) return
    if (fact.seq !== 0) seen.lastSeq = fact.seq
    seen.spans.take(fact)
    seen.metrics.take(fact)
    if (isEnd(fact)) this.#end(run, seen)
  }

  #begin(run: string, first: Fact): RunSeen {
    // Asked for now, so that the providers may be registered at any time before the first run.
    const { tracer = trace.getTracer(SCOPE), meter = metrics.getMeter(SCOPE), content = false } = this.#options
    this.#instruments ??= instrumentsOf(meter)
    const spans = new RunSpans(tracer, run, first, content)
    const seen = { spans, metrics: new RunMetrics(this.#instruments), lastSeq: 0 }
    this.#runs.set(run, seen)
    return seen
  }

  #end(run: string, seen: RunSeen): void {
    seen.metrics.close()
    this.#runs.delete(run)
    this.#ended.add(run)
    const [oldest] = this.#ended
    if (this.#ended.size > ENDED_RUNS_MAX && oldest !== undefined) this.#ended.delete(oldest)
  }
}

/** The module that lets every run of a container be told of. */
export function otel(telemetry: OtelTelemetry): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(Telemetry).toConstantValue(telemetry)
  })
}

function isEnd({ type }: Fact): boolean {
  return type === 'run.completed' || type === 'run.failed' || type === 'run.exhausted' || type === 'run.cancelled'
}
