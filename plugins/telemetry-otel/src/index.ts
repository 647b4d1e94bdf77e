import { definePlugin } from '@bosun/sdk'
import { z } from 'zod'
import { otel, OtelTelemetry } from './otel-telemetry.ts'

export { otel, OtelTelemetry, type OtelTelemetryOptions } from './otel-telemetry.ts'
export { METRIC, OPERATION, OWN, STANDARD } from './telemetry-names.ts'

/**
 * Spans and metrics of runs for OpenTelemetry. It uses the API alone: which SDK and exporters there are
 * is up to the project, which registers them before the first run, for example in `bosun.config.ts`.
 * Without any, it does nothing.
 *
 * It runs in the process of the run, so the config has to trust it.
 *
 * @example
 * import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
 * new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }).register()
 * export default defineConfig({
 *   plugins: [{ use: '@bosun/telemetry-otel', trusted: true, options: { content: false } }],
 *   manager: 'fanOut',
 * })
 */
export default definePlugin({
  name: '@bosun/telemetry-otel',
  options: z.strictObject({ content: z.boolean().default(false) }),
  create: ({ content }) => ({ modules: [otel(new OtelTelemetry({ content }))] }),
})
