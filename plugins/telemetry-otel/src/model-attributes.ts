import type { Attributes } from '@opentelemetry/api'
import { STANDARD } from './telemetry-names.ts'

/** `provider:model` as two attributes. */
export function modelAttributes(name: string): Attributes {
  const colon = name.indexOf(':')
  return { [STANDARD.provider]: name.slice(0, Math.max(colon, 0)), [STANDARD.requestModel]: name.slice(colon + 1) }
}
