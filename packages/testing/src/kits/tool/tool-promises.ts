import type { Json } from '@bosun/core'
import type { AnyToolHandler } from '@bosun/sdk'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'
import { spoiledValues } from '../spoiled-values.ts'
import { runTool, type ToolCall, type ToolCallEnd } from './run-tool.ts'
import type { ToolExample, ToolKitOptions } from './tool-kit-options.ts'

/** What an answer may hold at most, in characters: what a host is sent in one message. */
const OUTPUT_LENGTH_MAX = 8 * 1024 * 1024

/** One call of a tool under proof. */
export interface ToolUnderProof {
  readonly handler: AnyToolHandler
  readonly example: ToolExample
  readonly options: ToolKitOptions
}

const answers: KitPromise<ToolUnderProof> = {
  title: 'granted as a whole, it answers what its schema says and the example states, and no more than it may',
  async prove(proof) {
    const { output } = successOf(await calling(proof))
    if (proof.example.output !== undefined) expect(output).toEqual(proof.example.output)
    const most = proof.options.outputLengthMax ?? OUTPUT_LENGTH_MAX
    expect(JSON.stringify(output).length, 'characters of its answer').toBeLessThanOrEqual(most)
  },
}

const writesIntoStaging: KitPromise<ToolUnderProof> = {
  title: 'it leaves the workspace alone: what it writes is staged, and a tool that only reads stages nothing',
  async prove(proof) {
    const { changedPaths, published } = successOf(await calling(proof))
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
      const { code, handledCount } = await calling(proof, { specifier: 'any/**' })
      expect([code, handledCount], 'a specifier of a tool that takes none').not.toEqual([undefined, 1])
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
    for (const input of bad) {
      // oxlint-disable-next-line no-await-in-loop
      const { code, handledCount } = await calling(proof, { input })
      expect({ input, code, handledCount }).toEqual({ input, code: 'TOOL_INPUT_INVALID', handledCount: 0 })
    }
  },
}

const stops: KitPromise<ToolUnderProof> = {
  title: 'when its attempt is stopped, it ends in time',
  async prove(proof) {
    const { abortWithinMs: killAfterMs = 2_000, slow = proof.example } = proof.options
    const { handledCount, isRunning, facts } = await calling(proof, { ...slow, stops: true, killAfterMs })
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
      const end = await calling(proof, { input, files })
      expect({ input, code: end.code }).toEqual({ input, code })
      expect(end.changedPaths).toEqual([])
    }
  },
}

/** What a tool promises of each of its examples. */
export const promisesOfCall: readonly KitPromise<ToolUnderProof>[] = [answers, writesIntoStaging, agreesWithRules]

/** What it promises of itself, shown by its first example. */
export const promisesOfTool: readonly KitPromise<ToolUnderProof>[] = [
  yieldsToDenials,
  refusesInputs,
  stops,
  failsByCode,
]

// ---------------------------------------------------------------------------------------------

const ELSEWHERE = 'no/such/place'

function calling({ handler, example, options }: ToolUnderProof, more: Partial<ToolCall> = {}): Promise<ToolCallEnd> {
  const { input, files } = example
  return runTool(handler, { input, files, prepare: options.prepare, ...more })
}

function successOf(end: ToolCallEnd): ToolCallEnd & { readonly output: Json } {
  if (end.output === undefined) throw new Error(`The call does not succeed: ${end.code ?? 'it was not made'}`)
  return { ...end, output: end.output }
}

function expectDenied({ code, handledCount, facts }: ToolCallEnd): void {
  expect([code, handledCount]).toEqual(['TOOL_DENIED', 0])
  expect(facts.filter(({ type }) => type === 'tool.denied')).toHaveLength(1)
}
