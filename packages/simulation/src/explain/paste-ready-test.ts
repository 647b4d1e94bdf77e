import { brief, printable } from './printable.ts'
import type { Explanation } from './explanation.ts'

/**
 * A spec that replays the schedule: to paste beside the module, red until the module is mended.
 *
 * @example
 * await writeFile('survey.spec.ts', pasteReadyTest(explanation))
 */
export function pasteReadyTest({ verdict, module, exportName, hasOptions, isAsync, repro }: Explanation): string {
  const file = module.replaceAll('\\', '/').split('/').at(-1) ?? module
  const from = quoted(`./${file}`)
  const isNamed = exportName !== undefined && exportName !== 'default' && /^[A-Za-z_$][\w$]*$/.test(exportName)
  const subject = isNamed ? exportName : 'subject'
  const expected = verdict.broke === 'subject' ? 'fault' : 'violation'
  const simulate = isAsync ? 'simulateAsync' : 'simulate'
  return [
    `import { ${simulate} } from 'bosun/testing'`,
    `import { expect, it } from 'vitest'`,
    `import ${importsOf(subject, isNamed, hasOptions)} from ${from}`,
    '',
    `it(${quoted(`${titleOf(verdict)} in a schedule that was found`)}, ${isAsync ? 'async ' : ''}() => {`,
    `  const trace = ${isAsync ? 'await ' : ''}${simulate}(${subject}, { ${hasOptions ? '...check, ' : ''}replay: ${quoted(repro)} })`,
    `  expect(trace.end.${expected}).toBeUndefined()`,
    '})',
    '',
  ].join('\n')
}

// ---------------------------------------------------------------------------------------------

function importsOf(subject: string, isNamed: boolean, hasOptions: boolean): string {
  if (isNamed) return hasOptions ? `{ check, ${subject} }` : `{ ${subject} }`
  return hasOptions ? `${subject}, { check }` : subject
}

/** Longest title that is taken into the name of a test. */
const TITLE_MAX = 60

function titleOf({ broke, id, title }: Explanation['verdict']): string {
  if (broke === 'nothing') return 'no invariant breaks'
  if (broke === 'subject') return `${id} does not happen`
  return `${id}: ${title === '' ? 'holds' : `${brief(title, TITLE_MAX)} holds`}`
}

/** A text as a literal of TypeScript; what cannot be seen is written as an escape. */
function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)
  return `'${printable(escaped)}'`
}
