import type { Json } from '@bosun/core'
import type { AnyToolHandler } from '@bosun/sdk'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'
import { spoiledValues } from '../spoiled-values.ts'
import { runTool, type ToolCalls, type ToolCallsEnd } from './run-tool.ts'
import type { ToolExample, ToolKitOptions } from './tool-kit-options.ts'

/** What an answer may hold at most, in characters: what a host is sent in one message. */
const OUTPUT_LENGTH_MAX = 8 * 1024 * 1024

/** One call of a tool under proof. */
export interface ToolUnderProof {
  readonly handler: AnyToolHandler
  readonly example: ToolExample
  readonly options: ToolKitOptions
  /** The example, called once and granted as a whole. */
  granted(): Promise<ToolCallsEnd>
}

const answersWell: KitPromise<ToolUnderProof> = {
  title: 'granted as a whole, it answers what its schema says and the example states, and no more than it may',
  async prove(proof) {
    const { output } = successOf(await proof.granted())
    if (proof.example.output !== undefined) expect(output).toEqual(proof.example.output)
    const most = proof.options.outputLengthMax ?? OUTPUT_LENGTH_MAX
    expect(JSON.stringify(output).length, 'characters of its answer').toBeLessThanOrEqual(most)
  },
}

const writesIntoStaging: KitPromise<ToolUnderProof> = {
  title: 'it leaves the workspace alone: what it writes is staged, and a tool that only reads stages nothing',
  async prove(proof) {
    const { changedPaths, published } = successOf(await proof.granted())
    expect(changedPaths).toEqual([])
    if (proof.handler.declaration.access === 'read') expect(published).toEqual([])
  },
}

const agreesWithRules: KitPromise<ToolUnderProof> = {
  title: 'it agrees with rules: a specifier that covers the call lets it through, and no other does',
  async prove(proof) {
    const { handler, example } = proof
    const { paths, covers } = handler.declaration
    if (paths === undefined && covers === undefined) {
      const { handledCount } = await calling(proof, { specifier: 'any/**' })
      expect(handledCount, 'calls by a specifier, which the tool does not take').toBe(0)
      return
    }
    const input: unknown = handler.declaration.input.parse(example.input)
    const [subject] = covers?.subjects(input as never) ?? paths?.(input as never) ?? []
    const [allowedBy, deniedBy] = [example.allowedBy ?? subject, example.deniedBy ?? (covers ? undefined : ELSEWHERE)]
    expect(allowedBy, 'a specifier that covers the example; state allowedBy').toBeDefined()
    expect(deniedBy, 'a specifier that does not cover the example; state deniedBy').toBeDefined()
    successOf(await calling(proof, { specifier: allowedBy }))
    expectDenied(await calling(proof, { specifier: deniedBy }))
  },
}

const yieldsToDenials: KitPromise<ToolUnderProof> = {
  title: 'M-21: a denial beats the grant, is recorded, and its code is never reached',
  async prove(proof) {
    expectDenied(await calling(proof, { deny: [proof.handler.declaration.name] }))
  },
}

const refusesInputs: KitPromise<ToolUnderProof> = {
  title: 'inputs that do not fit its schema are refused as that, and its code is never reached',
  async prove(proof) {
    const { input: schema } = proof.handler.declaration
    const bad = spoiledValues(proof.example.input).filter((input) => !schema.safeParse(input).success)
    expect(bad, 'inputs that its schema refuses').not.toEqual([])
    const { answers, handledCount } = await calling(proof, { inputs: bad })
    expect(bad.filter((_, index) => answers[index]?.code !== 'TOOL_INPUT_INVALID')).toEqual([])
    expect(handledCount).toBe(0)
  },
}

const stops: KitPromise<ToolUnderProof> = {
  title: 'when its attempt is stopped, it ends in time',
  async prove(proof) {
    const { abortWithinMs: killAfterMs = 2_000, slow = proof.example } = proof.options
    const { input, files } = slow
    const { handledCount, isRunning, facts } = await calling(proof, {
      inputs: [input],
      files,
      stops: true,
      killAfterMs,
    })
    expect(handledCount).toBe(1)
    expect(isRunning, `whether it still goes on ${killAfterMs} ms after the stop`).toBe(false)
    expect(facts.filter(({ type }) => type === 'outputs.published')).toEqual([])
  },
}

const failsByCode: KitPromise<ToolUnderProof> = {
  title: 'what goes wrong is said by the code that the failure states',
  async prove(proof) {
    for (const { input, files, code } of proof.options.failures ?? []) {
      // oxlint-disable-next-line no-await-in-loop
      const end = await calling(proof, { inputs: [input], files })
      expect({ input, code: end.answers[0]?.code }).toEqual({ input, code })
      expect(end.changedPaths).toEqual([])
    }
  },
}

/** What a tool promises of each of its examples. */
export const promisesOfCall: readonly KitPromise<ToolUnderProof>[] = [answersWell, writesIntoStaging, agreesWithRules]

/** What it promises of itself, shown by its first example. */
export const promisesOfTool: readonly KitPromise<ToolUnderProof>[] = [
  yieldsToDenials,
  refusesInputs,
  stops,
  failsByCode,
]

// ---------------------------------------------------------------------------------------------

const ELSEWHERE = 'no/such/place'

export function calling(
  { handler, example, options }: Omit<ToolUnderProof, 'granted'>,
  more: Partial<ToolCalls> = {},
): Promise<ToolCallsEnd> {
  const { input, files } = example
  return runTool(handler, { inputs: [input], files, prepare: options.prepare, ...more })
}

function successOf(end: ToolCallsEnd): ToolCallsEnd & { readonly output: Json } {
  const [{ output, code = 'it was not made' } = {}] = end.answers
  if (output === undefined) throw new Error(`The call does not succeed: ${code}`)
  return { ...end, output }
}

function expectDenied({ answers: [answer], handledCount, facts }: ToolCallsEnd): void {
  expect([answer?.code, handledCount]).toEqual(['TOOL_DENIED', 0])
  expect(facts.filter(({ type }) => type === 'tool.denied')).toHaveLength(1)
}
