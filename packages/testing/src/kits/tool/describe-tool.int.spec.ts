import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineTool, type AnyToolHandler, type ToolIo } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { brokenPromises } from '../broken-promises.fixture.ts'
import { describeTool } from './describe-tool.ts'
import type { ToolKitOptions } from './tool-kit-options.ts'
import { calling, promisesOfCall, promisesOfTool } from './tool-promises.ts'

type Input = { readonly path: string }

/** A tool that says how long a file is, unless it does something else. */
function lengthTool(more: object = {}, run = lengthOf): AnyToolHandler {
  return defineTool({
    name: 'kit.length',
    summary: 'Says how long a file is.',
    access: 'read',
    input: z.strictObject({ path: z.string().min(1) }),
    output: z.int(),
    paths: ({ path }: Input) => [path],
    run,
    ...more,
  }) as AnyToolHandler
}

function lengthOf({ path }: Input, { workspace }: ToolIo): number | Promise<number> {
  return readFileSync(join(workspace, path)).length
}

const example = { input: { path: 'a.txt' }, files: { 'a.txt': 'text' }, output: 4 }
const failures = [{ input: { path: 'nothing' }, code: 'TOOL_FAILED' }]
const options = { examples: [example], failures, abortWithinMs: 200 } satisfies ToolKitOptions

describeTool(lengthTool(), options)

const brokenBy = (handler: AnyToolHandler, kit: ToolKitOptions = options) =>
  brokenPromises([...promisesOfCall, ...promisesOfTool], () => {
    const proof = { handler, example, options: kit }
    return { ...proof, granted: () => calling(proof) }
  })

const never = () => new Promise<number>(() => {})

describe('the promises of a tool', () => {
  it.each<[string, AnyToolHandler, string[]]>([
    ['that answers something else', lengthTool({}, () => 5), ['granted as a whole']],
    [
      'that writes into the workspace',
      lengthTool({}, (input, io) => {
        writeFileSync(join(io.workspace, 'trace'), 'x')
        return lengthOf(input, io)
      }),
      ['it leaves the workspace alone', 'what goes wrong is said'],
    ],
    ['whose calls name other paths than they touch', lengthTool({ paths: () => ['no/such/place'] }), ['it agrees']],
    ['that takes any input', lengthTool({ input: z.any(), paths: () => ['a.txt'] }), ['inputs that do not fit']],
    ['that swallows its failures', lengthTool({}, (...call) => attempt(call)), ['what goes wrong is said']],
  ])('find a tool %s', async (_, handler, promises) => {
    const broken = await brokenBy(handler)
    for (const promise of promises) expect(broken).toContainEqual(expect.stringContaining(promise))
  })

  it('find a tool that says more than it may', async () => {
    const broken = await brokenBy(lengthTool(), { ...options, outputLengthMax: 0 })
    expect(broken).toEqual([expect.stringContaining('no more than it may')])
  })

  it('find a tool that does not hear that its attempt is stopped', async () => {
    const deaf = lengthTool({}, (input, io) => (input.path === 'slow' ? never() : lengthOf(input, io)))
    const broken = await brokenBy(deaf, { ...options, slow: { input: { path: 'slow' } } })
    expect(broken).toEqual(['when its attempt is stopped, it ends in time'])
  })
})

function attempt([input, io]: [Input, ToolIo]): number | Promise<number> {
  try {
    return lengthOf(input, io)
  } catch {
    return 0
  }
}
