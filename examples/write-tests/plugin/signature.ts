import { Node, Project, type FunctionDeclaration, type ParameterDeclaration, type TypeNode } from 'ts-morph'

/** What a declaration file says of one function, as far as a test needs it. */
export interface Signature {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** The type as it is written: `T[]`. */
  readonly returns: string
  /** Names of type parameters that may stand for anything. */
  readonly free: readonly string[]
  /** Its documentation says that it throws for some inputs. */
  readonly throws: boolean
}

export interface Parameter {
  readonly name: string
  readonly type: string
  readonly isFunction: boolean
  readonly isRest: boolean
  /** The code of a fast-check arbitrary for it. */
  readonly arbitrary: string
}

/**
 * Reads the function that a module is named for: of its signatures the first whose inputs can be made.
 *
 * @throws an Error that says why none can
 */
export function signatureOf(name: string, declarations: string): Signature {
  const file = new Project({ useInMemoryFileSystem: true }).createSourceFile('module.d.ts', declarations)
  const overloads = file.getFunctions().filter((one) => one.getName() === name && one.isExported())
  if (overloads.length === 0) throw new Error(`${name} exports no function of its name`)
  const problems: string[] = []
  for (const overload of overloads) {
    const found = readSignature(name, overload)
    if (typeof found !== 'string') return found
    problems.push(found)
  }
  throw new Error(`${name} takes or gives what no input can be made for: ${problems.join('; ')}`)
}

// ---------------------------------------------------------------------------------------------

function readSignature(name: string, overload: FunctionDeclaration): Signature | string {
  const returns = overload.getReturnTypeNode()?.getText() ?? 'unknown'
  if (returns.startsWith('Promise<')) return `a promise, ${returns}`
  const generics = new Map(
    overload.getTypeParameters().map((one) => [one.getName(), one.getConstraint()?.getText()] as const),
  )
  const parameters: Parameter[] = []
  for (const parameter of overload.getParameters()) {
    const arbitrary = arbitraryOf(parameter, generics)
    if (arbitrary === undefined) return parameter.getText()
    const type = parameter.getTypeNode()
    parameters.push({
      name: parameter.getName(),
      type: type?.getText() ?? 'unknown',
      isFunction: Node.isFunctionTypeNode(type),
      isRest: parameter.isRestParameter(),
      arbitrary,
    })
  }
  const free = [...generics].flatMap(([generic, constraint]) => (constraint === undefined ? [generic] : []))
  const throws = overload.getJsDocs().some((doc) => doc.getTags().some((tag) => tag.getTagName() === 'throws'))
  return { name, parameters, returns, free, throws }
}

type Generics = ReadonlyMap<string, string | undefined>

/** What counts something is not negative. */
const COUNTS = /count|size|length|depth|index$/i

function arbitraryOf(parameter: ParameterDeclaration, generics: Generics): string | undefined {
  const type = parameter.getTypeNode()
  if (type === undefined) return undefined
  const isCount = type.getText() === 'number' && COUNTS.test(parameter.getName())
  const arbitrary = isCount ? 'fc.nat(12)' : arbitraryFor(type, generics)
  return arbitrary !== undefined && parameter.isOptional() && !parameter.isRestParameter()
    ? `fc.option(${arbitrary}, { nil: undefined })`
    : arbitrary
}

/** Small numbers, so that two of them are often the same. */
const SOME_NUMBER = 'fc.integer({ min: -9, max: 20 })'

const KEYWORDS: Readonly<Record<string, string>> = {
  string: 'fc.string()',
  number: SOME_NUMBER,
  boolean: 'fc.boolean()',
  unknown: 'fc.jsonValue()',
  void: 'fc.constant(undefined)',
  PropertyKey: 'fc.string({ maxLength: 3 })',
}

function arbitraryFor(type: TypeNode, generics: Generics): string | undefined {
  const text = type.getText()
  if (Object.hasOwn(KEYWORDS, text)) return KEYWORDS[text]
  if (generics.has(text)) {
    const constraint = generics.get(text)
    return constraint === undefined ? SOME_NUMBER : KEYWORDS[constraint]
  }
  if (Node.isParenthesizedTypeNode(type)) return arbitraryFor(type.getTypeNode(), generics)
  if (Node.isTypeOperatorTypeNode(type)) return arbitraryFor(type.getTypeNode(), generics)
  if (Node.isLiteralTypeNode(type)) return `fc.constant(${text})`
  if (Node.isArrayTypeNode(type)) return listOf(type.getElementTypeNode(), generics)
  if (Node.isFunctionTypeNode(type)) {
    const result = arbitraryFor(type.getReturnTypeNodeOrThrow(), generics)
    return result === undefined ? undefined : `fc.func(${result})`
  }
  if (Node.isUnionTypeNode(type)) {
    const members = type.getTypeNodes().map((member) => arbitraryFor(member, generics))
    return members.includes(undefined) ? undefined : `fc.oneof(${members.join(', ')})`
  }
  if (Node.isTypeReference(type) && /^(?:Readonly)?Array</.test(text)) {
    const [element] = type.getTypeArguments()
    return element === undefined ? undefined : listOf(element, generics)
  }
  return undefined
}

function listOf(element: TypeNode, generics: Generics): string | undefined {
  const one = arbitraryFor(element, generics)
  return one === undefined ? undefined : `fc.array(${one})`
}
