import type { Fact } from '@bosun/core'
import { expect, it } from 'vitest'
import { story } from '../kernel.fixture.ts'
import { decideAt, Turn } from './decide.ts'
import type { UntimedInput } from './input.ts'

const inputs: readonly UntimedInput[] = [
  { type: 'started', task: 'a', epoch: 1, host: 'h' },
  { type: 'beat', task: 'b', epoch: 1 },
  { type: 'result', task: 'a', epoch: 1, result: null, outputs: [] },
  { type: 'decided', decisions: [] },
  { type: 'error', task: 'b', epoch: 1, error: { code: 'WORKER_THREW', message: 'It broke.' } },
]

it('decides several inputs in one turn as one by one, each with its own cause', () => {
  const [together, apart]: [Fact[], Fact[]] = [[], []]
  const { kernel } = story().plan('a', 'b', 'c')
  const turn = new Turn(kernel, 2_000, together)
  for (const input of inputs) turn.decide(input)

  const other = story().plan('a', 'b', 'c').kernel
  for (const input of inputs) decideAt(other, input, 2_000, apart)

  expect(together).toEqual(apart)
  expect(new Set(together.map(({ cause }) => cause)).size).toBe(inputs.length)
})
