import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node'
import { onTestFinished } from 'vitest'
import { OtelTelemetry } from './otel-telemetry.ts'

/** A span with what is inside of it, by name: what a person sees of a trace. */
export type Tree = readonly [name: string, ...inside: Tree[]]

/** OpenTelemetry with exporters that keep everything, and the telemetry that feeds them. */
export function recorder(options: { readonly content?: boolean } = {}) {
  const spans = new InMemorySpanExporter()
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 })
  const metering = new MeterProvider({ readers: [reader] })
  onTestFinished(async () => {
    await Promise.all([tracing.shutdown(), metering.shutdown()])
  })
  const telemetry = new OtelTelemetry({ tracer: tracing.getTracer('t'), meter: metering.getMeter('m'), ...options })
  const named = (name: string): ReadableSpan[] => spans.getFinishedSpans().filter((span) => span.name === name)
  return {
    telemetry,
    spans: () => spans.getFinishedSpans(),
    named,
    one(name: string): ReadableSpan {
      const [only, ...others] = named(name)
      if (only === undefined || others.length > 0) throw new Error(`${named(name).length} spans are called ${name}`)
      return only
    },
    tree: () => treesOf(spans.getFinishedSpans(), undefined),
    /** Each metric as `name{attribute=value,…}` with its value; a histogram's is its sum and count. */
    async metrics(): Promise<Readonly<Record<string, unknown>>> {
      await metering.forceFlush()
      const [latest] = points.getMetrics().slice(-1)
      return Object.fromEntries(
        (latest?.scopeMetrics ?? []).flatMap(({ metrics }) =>
          metrics.flatMap(({ descriptor, dataPoints }) =>
            dataPoints.map(({ attributes, value }) => [`${descriptor.name}{${shown(attributes)}}`, valueOf(value)]),
          ),
        ),
      )
    },
  }
}

function treesOf(spans: readonly ReadableSpan[], parent: string | undefined): Tree[] {
  return spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .sort((a, b) => a.name.localeCompare(b.name) || ms(a.startTime) - ms(b.startTime))
    .map((span) => [span.name, ...treesOf(spans, span.spanContext().spanId)])
}

/** The time of a span in milliseconds of the calendar. */
export function ms([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1_000 + nanos / 1_000_000
}

function shown(attributes: object): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name.slice(name.lastIndexOf('.') + 1)}=${String(value)}`)
    .sort()
    .join(',')
}

function valueOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('count' in value)) return value
  return { count: value.count, sum: 'sum' in value ? value.sum : undefined }
}
