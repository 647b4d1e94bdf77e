import type { MachineCheck } from '../engine.ts'
import { column, widthOf } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, quoted } from './printable.ts'

/** The checks of `doctor`, with the fix under what is not as it should be. */
export function renderChecks(checks: readonly MachineCheck[], paint: Paint = plainPaint): string[] {
  const width = Math.max(12, ...checks.map(({ name }) => widthOf(printable(name)))) + 2
  return checks.flatMap(({ name, state, detail, fix }) => {
    const sign = { ok: paint.good('✓'), missing: paint.warn('!'), broken: paint.bad('✗') }[state]
    const line = `${sign} ${column(printable(name), width)}${quoted(detail)}`
    return fix === undefined ? [line] : [line, paint.dim(`  ${' '.repeat(width)}${quoted(fix)}`)]
  })
}
