import type { Signature } from './signature.ts'

/** Something that holds for every input, as the lines of a test in which `args` are the inputs. */
export interface Property {
  readonly title: string
  readonly lines: readonly string[]
  /** Another function of the package that it speaks of. */
  readonly uses?: string
}

/**
 * What can be stated about a function without knowing what it is for: what its types promise, and what its
 * name does.
 *
 * @param siblings names of the modules beside it
 */
export function propertiesOf(signature: Signature, siblings: readonly string[]): readonly Property[] {
  const stated = [returnsItsType, givesTheSameAgain, takesElementsFromArguments, isIdempotent, isItsOwnInverse]
  const alone = stated.flatMap((state) => state(signature) ?? [])
  return [...alone, ...pairsOf(signature, new Set(siblings))]
}

// ---------------------------------------------------------------------------------------------

/** The check of a returned value, by the end of its type. */
const CHECKS: readonly (readonly [RegExp, string, string])[] = [
  [/(?:\]|^(?:Readonly)?Array<.*>)$/s, 'a list', 'expect(Array.isArray(result)).toBe(true)'],
  [/^(?:string|Capitalize<.*>|Lowercase<.*>|Uppercase<.*>)$/, 'a string', `expect(typeof result).toBe('string')`],
  [/^number$/, 'a number', `expect(typeof result).toBe('number')`],
  [/^boolean$/, 'true or false', `expect(typeof result).toBe('boolean')`],
]

function returnsItsType({ name, returns }: Signature): Property | undefined {
  const found = CHECKS.find(([type]) => type.test(returns))
  if (found === undefined) return undefined
  const [, what, check] = found
  return { title: `${name} gives ${what}, whatever it is given`, lines: [`const result = call(args)`, check] }
}

function givesTheSameAgain({ name, parameters }: Signature): Property {
  const title = `${name} gives the same again`
  const lines = ['const result = call(args)', 'expect(call(args)).toEqual(result)']
  if (parameters.some(({ isFunction }) => isFunction)) return { title, lines }
  return {
    title: `${title}, and leaves what it is given as it was`,
    lines: ['const before = structuredClone(args)', ...lines, 'expect(args).toEqual(before)'],
  }
}

/** What may be of any type cannot be made by the function: it was given. */
function takesElementsFromArguments({ name, returns, free, parameters }: Signature): Property | undefined {
  const element = /^(\w+)(?:\[\])+$/.exec(returns)?.[1]
  if (element === undefined || !free.includes(element)) return undefined
  const makes = new RegExp(`=> ${element}\\b`)
  if (parameters.some(({ type }) => makes.test(type))) return undefined
  return {
    title: `${name} makes up no element`,
    lines: [
      'const given = args.flat(Infinity)',
      'for (const element of call(args).flat(Infinity)) expect(given).toContain(element)',
    ],
  }
}

const IDEMPOTENT = /^(?:uniq|compact|trim|deburr|capitalize|sort|clone|normalize|upperFirst|lowerFirst|clamp)|Case$/

function isIdempotent({ name }: Signature): Property | undefined {
  if (!IDEMPOTENT.test(name)) return undefined
  return {
    title: `${name} changes nothing the second time`,
    lines: ['const once = call(args)', 'expect(call([once, ...args.slice(1)])).toEqual(once)'],
  }
}

function isItsOwnInverse({ name, parameters }: Signature): Property | undefined {
  if (!/^(?:reverse|negate|transpose)/.test(name) || parameters.length !== 1) return undefined
  return { title: `${name} undoes itself`, lines: ['expect(call([call(args)])).toEqual(args[0])'] }
}

/** Names of functions of which the second undoes the first. */
const INVERSES = [
  ['escape', 'unescape'],
  ['encode', 'decode'],
  ['stringify', 'parse'],
  ['zip', 'unzip'],
  ['chunk', 'flatten'],
] as const

/** Names of functions that take a list apart; the flag says that the second has the beginning. */
const HALVES = [
  ['take', 'drop', false],
  ['takeRight', 'dropRight', true],
  ['takeWhile', 'dropWhile', false],
  ['takeRightWhile', 'dropRightWhile', true],
] as const

function pairsOf({ name }: Signature, siblings: ReadonlySet<string>): Property[] {
  const inverses = INVERSES.flatMap(([first, second]): Property[] =>
    name === first && siblings.has(second)
      ? [
          {
            title: `${second} undoes ${name}`,
            uses: second,
            lines: [`expect(${second}(call(args))).toEqual(args[0])`],
          },
        ]
      : [],
  )
  const halves = HALVES.flatMap(([first, second, isSwapped]): Property[] => {
    const other = name === first ? second : name === second ? first : undefined
    if (other === undefined || !siblings.has(other)) return []
    const [mine, its] = ['...call(args)', `...${other}(...args)`]
    const whole = (name === first) === isSwapped ? [its, mine] : [mine, its]
    return [
      {
        title: `${name} and ${other} take a list apart`,
        uses: other,
        lines: [`expect([${whole.join(', ')}]).toEqual(args[0])`],
      },
    ]
  })
  return [...inverses, ...halves]
}
