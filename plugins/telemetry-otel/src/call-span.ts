import type { FactOf } from '@bosun/sdk'
import { SpanKind, type Attributes } from '@opentelemetry/api'
import { modelAttributes } from './model-attributes.ts'
import { OPERATION, OWN, STANDARD } from './telemetry-names.ts'

/** A span that is told of when it is over: one call of a model or a tool. */
export interface CallSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: Attributes
  readonly fact: FactOf<'model.called' | 'planner.called' | 'tool.called'>
}

export function modelSpan(fact: FactOf<'model.called' | 'planner.called'>): CallSpan {
  const model = modelAttributes(fact.model)
  return {
    fact,
    name: `${OPERATION.model} ${String(model[STANDARD.requestModel])}`,
    kind: SpanKind.CLIENT,
    attributes: {
      [STANDARD.operation]: OPERATION.model,
      ...model,
      [STANDARD.inputTokens]: fact.inputTokens,
      [STANDARD.outputTokens]: fact.outputTokens,
      [OWN.costMicros]: fact.costMicros,
    },
  }
}

export function toolSpan(fact: FactOf<'tool.called'>): CallSpan {
  return {
    fact,
    name: `${OPERATION.tool} ${fact.tool}`,
    kind: SpanKind.INTERNAL,
    attributes: { [STANDARD.operation]: OPERATION.tool, [STANDARD.tool]: fact.tool, [OWN.toolAlias]: fact.name },
  }
}
