import type { MachineCheck } from '../engine.ts'
import { column } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable } from './printable.ts'

/** The checks of `doctor`, with the fix under what is not as it should be. */
export function renderChecks(checks: readonly MachineCheck[], paint: Paint = plainPaint): string[] {
  return checks.flatMap(({ name, state, detail, fix }) => {
    const sign = { ok: paint.good('✓'), missing: paint.warn('!'), broken: paint.bad('✗') }[state]
    const line = `${sign} ${column(printable(name), 18)}${printable(detail)}`
    return fix === undefined ? [line] : [line, paint.dim(`  ${column('', 18)}${printable(fix)}`)]
  })
}
