import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineTool, files, type AnyToolHandler } from '@bosun/sdk'
import { task } from 'bosun'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { carryOut, models, textOf } from './agent-world.fixture.ts'
import { defineAgentWorker } from './define-agent-worker.ts'

const COUNT = 50
const skillOf = (index: number) => `skill-${index % 5}`
const numbers = Array.from({ length: COUNT }, (_, index) => index)

const write = defineTool(files.write, ({ path, text }, { staging }) => {
  mkdirSync(dirname(join(staging, path)), { recursive: true })
  writeFileSync(join(staging, path), text)
  return { bytes: text.length }
}) as AnyToolHandler

const agent = defineAgentWorker({
  name: 'scoped',
  handles: 'scoped',
  summary: 'Answers.',
  model: 'fast',
  instructions: 'You answer.',
  body: z.string(),
  result: z.string(),
  tools: { write: files.write('out/**') },
  skills: numbers.slice(0, 5).map(skillOf),
})

it('H25, M-20, M-21: of 50 tasks each prompt holds its own task, skills and dependencies, and nothing of another', async () => {
  const asked = models(({ attempt, index: call }) => {
    const index = /\/t(\d+)@/.exec(attempt)?.[1]
    if (call > 0) return { text: `result-${index}.` }
    return { calls: [{ name: 'write', input: { path: `out/output-${index}.txt`, text: 'x' } }] }
  })
  const run = await carryOut({
    workers: [agent],
    tools: [write],
    models: asked,
    skills: Object.fromEntries(numbers.slice(0, 5).map((index) => [skillOf(index), `text-of-${skillOf(index)}.`])),
    tasks: numbers.map((index) =>
      task('scoped', `body-${index}.`, {
        id: `t${index}`,
        purpose: `purpose-${index}.`,
        // Every third depends on the two before it.
        ...(index % 3 === 2 ? { dependsOn: [`t${index - 2}`, `t${index - 1}`] } : {}),
        ...(index % 2 === 0 ? { skills: [skillOf(index)] } : {}),
        outputs: [`out/output-${index}.txt`],
      }),
    ),
  })
  expect((await run.run.outcome).end).toMatchObject({ type: 'run.completed', tally: { succeeded: COUNT } })
  expect(asked.asked).toHaveLength(2 * COUNT)
  for (const one of asked.asked) {
    const index = Number(/\/t(\d+)@/.exec(one.attempt)?.[1])
    const found = [...new Set(textOf(one).match(/(?:body|purpose|result|output|text-of-skill)-\d+\./g))]
    expect(found.toSorted()).toEqual(
      [
        `body-${index}.`,
        `purpose-${index}.`,
        `output-${index}.`,
        ...(index % 3 === 2 ? [`result-${index - 2}.`, `result-${index - 1}.`] : []),
        ...(index % 2 === 0 ? [`text-of-${skillOf(index)}.`] : []),
      ].toSorted(),
    )
  }
})
