import type { Json } from '@bosun/core'
import { declareTool, defineTool } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Redactor } from '../secrets/redactor.ts'
import { checkRules, toolHandlers } from './check-rules.ts'
import { attempt, count, door, use } from './rule-gateway.fixture.ts'

/** A door whose writes below `deploy` wait for a person. */
function heldDoor(ask: readonly string[] = ['files.write(deploy/**)'], deny: string[] = [], redactor?: Redactor) {
  const tools = { write: { ...use('files.write', ['files.write'], deny), ask } }
  const opened = door(tools, redactor === undefined ? {} : { redactor })
  const asked = () => opened.reports.filter((report) => report.type === 'approvalRequested')
  const answer = (granted: boolean, nth = 0, reason = 'looked at it') => {
    const key = asked()[nth]?.call.key ?? ''
    opened.gateway.answer(attempt, { key, approval: `a${nth + 1}`, granted, by: 'ann', reason })
  }
  return { ...opened, asked, answer }
}

const page = { path: 'deploy/a.html', text: '<h1>A</h1>' }

/** Lets everything that can go on go on. */
const rest = () => new Promise((resolve) => setImmediate(resolve))

describe('a call under a rule of policy.ask', () => {
  it('is not carried out before a person has permitted it (M-22)', async () => {
    const { call, calls, asked, answer, beats } = heldDoor()
    const done = call('write', page)
    await rest()
    expect(calls).toEqual([])
    expect(asked()).toEqual([
      {
        ...attempt,
        type: 'approvalRequested',
        question: 'files.write(deploy/a.html)',
        call: {
          key: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          tool: 'files.write',
          rule: 'files.write(deploy/**)',
          input: '{"path":"deploy/a.html","text":"<h1>A</h1>"}',
        },
      },
    ])
    answer(true)
    await done
    expect(calls).toEqual(['write deploy/a.html'])
    expect(beats).toMatchObject([{ type: 'called', tool: 'files.write', approval: 'a1' }])
  })

  it('is refused with the rule, the person and the reason when that is what was said, and the refusal is a fact', async () => {
    const { call, calls, answer, reports, beats } = heldDoor()
    const done = call('write', page)
    answer(false, 0, 'not on a Friday')
    const detail = 'files.write(deploy/a.html), denied by ann: not on a Friday'
    await expect(done).rejects.toMatchObject({
      code: 'TOOL_DENIED',
      expected: 'policy.ask: files.write(deploy/**)',
      received: detail,
    })
    expect(calls).toEqual([])
    expect(beats).toEqual([])
    expect(reports.at(-1)).toEqual({
      ...attempt,
      type: 'denied',
      tool: 'write',
      rule: 'policy.ask: files.write(deploy/**)',
      detail,
    })
  })

  it.each(['deploy/a', 'DEPLOY/a', 'Deploy/\u200ba'])('is found in any spelling, as a denial is: %j', async (path) => {
    const { call, asked } = heldDoor()
    call('write', { path, text: '' }).catch(() => {})
    await rest()
    expect(asked()).toHaveLength(1)
  })

  it('passes freely where no rule of it covers the call', async () => {
    const { call, calls, asked } = heldDoor()
    await call('write', { path: 'src/a', text: '' })
    expect(calls).toEqual(['write src/a'])
    expect(asked()).toEqual([])
  })

  it('X-05: is not even asked about when it is denied: deny beats ask beats allow', async () => {
    const { call, asked } = heldDoor(['files.write'], ['files.write(deploy/**)'])
    await expect(call('write', page)).rejects.toMatchObject({ code: 'TOOL_DENIED', expected: 'files.write(deploy/**)' })
    expect(asked()).toEqual([])
    call('write', { path: 'src/a', text: '' }).catch(() => {})
    await rest()
    expect(asked()).toHaveLength(1)
  })

  it('is asked about once for the same call, and anew for another content', async () => {
    const { call, calls, asked, answer } = heldDoor()
    const [one, same] = [call('write', page), call('write', { ...page })]
    const other = call('write', { ...page, text: 'something else' })
    await rest()
    expect(asked()).toHaveLength(2)
    answer(true)
    await Promise.all([one, same])
    expect(calls).toHaveLength(2)
    await call('write', page)
    expect(asked()).toHaveLength(2)
    answer(false, 1)
    await expect(other).rejects.toMatchObject({ code: 'TOOL_DENIED' })
  })

  it('shows no secret, also none that would be cut in two', async () => {
    const redactor = Redactor.of(new Map([['API_KEY', 'sk-0123456789']]))
    const { call, asked } = heldDoor(undefined, [], redactor)
    call('write', { path: 'deploy/a', text: `${'x'.repeat(965)}sk-0123456789` }).catch(() => {})
    await rest()
    expect(asked()[0]?.call.input).toHaveLength(1_001)
    expect(asked()[0]?.call.input).not.toContain('sk-')
  })

  it('ends with its attempt, and an answer to that is nothing', async () => {
    const { gateway, call, calls, answer } = heldDoor()
    const done = call('write', page)
    await rest()
    gateway.close(attempt)
    await expect(done).rejects.toMatchObject({ code: 'ATTEMPT_DEAD' })
    answer(true)
    await rest()
    expect(calls).toEqual([])
  })

  it('neither passes nor ends because its worker waits no longer', async () => {
    const { gateway, calls, asked, answer } = heldDoor()
    const controller = new AbortController()
    const done = gateway.call(attempt, 'write', page, controller.signal)
    controller.abort(new Error('it has hung up'))
    const again = gateway.call(attempt, 'write', page, new AbortController().signal)
    await rest()
    expect(asked()).toHaveLength(1)
    answer(true)
    await expect(done).rejects.toThrow('it has hung up')
    await again
    expect(calls).toHaveLength(1)
  })

  it('counts among the calls under way, so that no flood of questions comes of one attempt', async () => {
    const { call, asked } = heldDoor()
    const flood = Array.from({ length: 100 }, (_, nth) => call('write', { ...page, text: `${nth}` }))
    const refused = await Promise.race(flood.map((one) => one.catch((error: unknown) => error)))
    expect(refused).toMatchObject({ code: 'TOOL_DENIED', expected: 'at most 64 calls at the same time' })
    expect(asked()).toHaveLength(64)
    for (const one of flood) one.catch(() => {})
  })

  it('takes no answer for another attempt', async () => {
    const { gateway, call, calls, asked } = heldDoor()
    call('write', page).catch(() => {})
    await rest()
    const key = asked()[0]?.call.key ?? ''
    gateway.answer({ ...attempt, epoch: 2 }, { key, approval: 'a1', granted: true, by: 'ann', reason: '' })
    gateway.answer(attempt, { key: 'another', approval: 'a1', granted: true, by: 'ann', reason: '' })
    await rest()
    expect(calls).toEqual([])
  })
})

describe('a tool that reaches further than its call says', () => {
  const declaration = declareTool({
    name: 'web.get',
    summary: 'Follows redirects.',
    access: 'read',
    input: z.object({ url: z.string(), to: z.string().optional() }),
    output: z.object({ sees: z.boolean() }),
    covers: { subjects: ({ url }) => [url], compile: (specifier) => (subject) => subject.startsWith(specifier) },
  })
  const handler = defineTool(declaration, ({ to }, io) => {
    if (to !== undefined) io.permit({ url: to })
    return { sees: true }
  })
  const opened = (ask: string[]) => {
    const made = door({ get: { ...use('web.get', ['web.get']), ask } }, { handlers: [handler] })
    const grant = () => {
      for (const report of made.reports) {
        if (report.type !== 'approvalRequested') continue
        made.gateway.answer(attempt, { key: report.call.key, approval: 'a1', granted: true, by: 'ann', reason: '' })
      }
    }
    return { ...made, grant }
  }

  it('is denied a step under a rule that nobody was asked about', async () => {
    const { call, reports } = opened(['web.get(https://bank)'])
    await expect(call('get', { url: 'https://a', to: 'https://bank/x' } as Json)).rejects.toMatchObject({
      code: 'TOOL_DENIED',
      expected: 'policy.ask: web.get(https://bank)',
    })
    expect(reports).toMatchObject([{ type: 'denied' }])
  })

  it('goes on under the rule by which a person has permitted it', async () => {
    const { call, grant } = opened(['web.get(https://bank)'])
    const done = call('get', { url: 'https://bank/a', to: 'https://bank/x' } as Json)
    await rest()
    grant()
    await expect(done).resolves.toEqual({ sees: true })
  })
})

describe('rules of policy.ask', () => {
  it.each([
    ['files.move(a)', 'CONFIG_INVALID'],
    ['word.count(a', 'RULE_MALFORMED'],
    ['word.count(a)', 'RULE_MALFORMED'],
  ])('are refused when the project is loaded, with the place: %s', (rule, code) => {
    expect(() => checkRules([], toolHandlers([count]), { ask: [rule] })).toThrow(
      expect.objectContaining({ code, at: `policy.ask: ${rule}` }),
    )
  })

  it('are checked by their examples', () => {
    const say = { rule: 'word.count', refuses: ['anything'] }
    expect(() => checkRules([], toolHandlers([count]), { ask: [say] })).toThrow(
      expect.objectContaining({ code: 'RULE_EXAMPLE_FAILED' }),
    )
  })
})
