import type { Property } from './properties.ts'
import type { Signature } from './signature.ts'

/** The text of a test: one case per property, with seeds of its own, so that a verdict can be repeated. */
export function testText(module: string, signature: Signature, properties: readonly Property[]): string {
  const { name, parameters, throws } = signature
  const folder = module.slice(0, module.lastIndexOf('/'))
  const used = properties.flatMap(({ uses }) => uses ?? []).toSorted()
  const imports = [name, ...used].map((one) => `import { ${one} } from '../../src/${folder}/${one}.mjs'`)
  const spread = parameters.at(-1)?.isRest === true ? '.map((args) => [...args.slice(0, -1), ...args.at(-1)])' : ''
  const inputs = `fc.tuple(${parameters.map(({ arbitrary }) => arbitrary).join(', ')})${spread}`
  return [
    `import fc from 'fast-check'`,
    `import { expect, it } from 'vitest'`,
    ...imports,
    '',
    `const inputs = ${inputs}`,
    'const always = (check) => fc.assert(fc.property(inputs, check), { seed: 1, numRuns: 300 })',
    ...(throws ? CALL_THAT_MAY_THROW(name) : [`const call = (args) => ${name}(...args)`]),
    ...properties.flatMap(caseOf),
    '',
  ].join('\n')
}

/** Inputs that it is documented to refuse are passed over; when it refuses too many, fast-check says so. */
const CALL_THAT_MAY_THROW = (name: string): readonly string[] => [
  'const call = (args) => {',
  '  try {',
  `    return ${name}(...args)`,
  '  } catch {',
  '    return fc.pre(false)',
  '  }',
  '}',
]

function caseOf({ title, lines }: Property): readonly string[] {
  return ['', `it('${title}', () => {`, '  always((args) => {', ...lines.map((line) => `    ${line}`), '  })', '})']
}
