import type { Fact, FactOf } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { ms, recorder } from './recorder.fixture.ts'

/** A fact at a time, with what of it matters here. */
function facts(...list: readonly (Partial<Fact> & { readonly type: Fact['type']; readonly at: number })[]): Fact[] {
  return list.map((fact, index) => ({ seq: fact.type === 'tool.called' ? 0 : index + 1, cause: 1, ...fact }) as Fact)
}

const TODAY = Date.now()
const tally = { total: 1, succeeded: 1, failed: 0, lost: 0, cancelled: 0, skipped: 0, unresolved: 0, refused: 0 }
const started = (at: number) => ({ type: 'run.started', at, run: 'r', manager: 'site', goal: 'secret 1' }) as never
const added = (at: number, id: string, dependsOn: string[] = []) =>
  ({ type: 'task.added', at, task: { id, type: 'work', body: 'secret 2', dependsOn } }) as never
const assigned = (at: number, task: string, epoch = 1) =>
  ({ type: 'task.assigned', at, task, epoch, worker: 'builder', slot: 'builder/1', retry: epoch - 1 }) as never
const began = (at: number, task: string, epoch = 1) =>
  ({ type: 'attempt.started', at, task, epoch, host: 'h' }) as never
const succeeded = (at: number, task: string, epoch = 1) =>
  ({ type: 'attempt.succeeded', at, task, epoch, result: 'secret 3', outputs: [] }) as never
const failed = (at: number, task: string, epoch = 1) =>
  ({ type: 'attempt.failed', at, task, epoch, error: { code: 'WORKER_THREW', message: 'secret 4' } }) as never
const completed = (at: number) => ({ type: 'run.completed', at, result: 'secret 5', tally, waived: [] }) as never
const call = { inputTokens: 10, outputTokens: 2, costMicros: 3, ms: 40 }

describe('the spans of a run', () => {
  it('begin and end when the facts say, to the millisecond', () => {
    const { telemetry, one } = recorder()
    telemetry.facts(
      'r',
      facts(started(TODAY), assigned(TODAY + 5, 'a'), succeeded(TODAY + 105, 'a'), completed(TODAY + 110)),
    )
    expect([ms(one('invoke_workflow site').startTime), ms(one('invoke_workflow site').endTime)]).toEqual([
      TODAY,
      TODAY + 110,
    ])
    expect([ms(one('invoke_agent builder').startTime), ms(one('invoke_agent builder').endTime)]).toEqual([
      TODAY + 5,
      TODAY + 105,
    ])
  })

  it('take the time of the calendar when the clock of the run is not tied to it', () => {
    const before = Date.now()
    const { telemetry, one } = recorder()
    telemetry.facts('r', facts(started(7), completed(17)))
    const { startTime, endTime } = one('invoke_workflow site')
    expect(ms(startTime)).toBeGreaterThanOrEqual(before)
    expect(ms(endTime) - ms(startTime)).toBeCloseTo(10)
  })

  it('take calls into the attempt or the plan that made them, also when they are told of after its end', () => {
    const { telemetry, tree, one } = recorder()
    const request = 'p1'
    telemetry.facts(
      'r',
      facts(
        started(TODAY),
        {
          type: 'manager.decided',
          at: TODAY + 1,
          message: 1,
          decisions: [{ type: 'plan', request, goal: null }],
        } as never,
        { type: 'planner.called', at: TODAY + 50, request, model: 'acme:big', ...call } as never,
        { type: 'plan.received', at: TODAY + 60, request, tasks: [] } as never,
        assigned(TODAY + 70, 'a'),
        { type: 'tool.called', at: TODAY + 80, task: 'a', epoch: 1, tool: 'files.read', name: 'read', ms: 3 } as never,
        succeeded(TODAY + 190, 'a'),
        { type: 'model.called', at: TODAY + 191, task: 'a', epoch: 1, model: 'acme:small', ...call } as never,
        completed(TODAY + 200),
      ),
    )
    expect(tree()).toEqual([
      [
        'invoke_workflow site',
        ['invoke_agent builder', ['chat small'], ['execute_tool files.read']],
        ['plan site', ['chat big']],
      ],
    ])
    expect(one('chat big').attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'acme',
      'gen_ai.request.model': 'big',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 2,
    })
    expect(ms(one('chat big').startTime)).toBe(TODAY + 10)
  })

  it('R2: of a run that another process began are marked as resumed, and claim no time that was not seen', async () => {
    const { telemetry, tree, one, metrics } = recorder()
    telemetry.facts(
      'r',
      facts(
        { type: 'manager.recovered', at: TODAY, managerEpoch: 2, owner: 'o' } as never,
        {
          type: 'attempt.lost',
          at: TODAY + 1,
          task: 'a',
          epoch: 1,
          error: { code: 'MANAGER_RESTARTED', message: '' },
        } as never,
        assigned(TODAY + 2, 'a', 2),
        began(TODAY + 3, 'a', 2),
        succeeded(TODAY + 4, 'a', 2),
        completed(TODAY + 5),
      ),
    )
    expect(tree()).toEqual([['invoke_workflow', ['invoke_agent builder']]])
    const root = one('invoke_workflow')
    expect(root.attributes).toMatchObject({ 'bosun.run.resumed': true, 'gen_ai.conversation.id': 'r' })
    expect(root.events).toMatchObject([
      { name: 'manager.recovered' },
      {
        name: 'attempt.lost',
        attributes: { 'bosun.task.id': 'a', 'bosun.attempt.epoch': 1, 'error.type': 'MANAGER_RESTARTED' },
      },
    ])
    const { 'bosun.attempts.running{name=builder}': running } = (await metrics()) as Record<string, number>
    expect(running).toBe(0)
  })

  it('are told of once, however often the facts are', () => {
    const { telemetry, spans } = recorder()
    const all = facts(started(TODAY), assigned(TODAY + 1, 'a'), succeeded(TODAY + 2, 'a'), completed(TODAY + 3))
    telemetry.facts('r', all.slice(0, 3))
    telemetry.facts('r', all)
    telemetry.facts('r', all)
    expect(spans()).toHaveLength(2)
  })

  it('are ended and marked when this process stops to watch', async () => {
    const { telemetry, one, metrics } = recorder()
    telemetry.facts('r', facts(started(TODAY), assigned(TODAY + 1, 'a'), began(TODAY + 2, 'a')))
    telemetry.close()
    telemetry.facts('r', facts(started(TODAY)))
    for (const name of ['invoke_workflow site', 'invoke_agent builder']) {
      expect(one(name).attributes).toMatchObject({ 'bosun.cut_off': true })
      expect(ms(one(name).endTime)).toBe(TODAY + 2)
    }
    expect(await metrics()).toMatchObject({ 'bosun.runs.running{}': 0, 'bosun.attempts.running{name=builder}': 0 })
  })

  it('of a run that is opened again begin a trace of their own', () => {
    const { telemetry, tree } = recorder()
    telemetry.facts('r', facts(started(TODAY), completed(TODAY + 1)))
    telemetry.facts('r', [{ ...facts(completed(TODAY + 2))[0], seq: 3 } as Fact])
    telemetry.facts('r', [
      { seq: 4, cause: 1, at: TODAY + 9, type: 'run.reopened', by: 'me', reason: 'more' },
      { ...facts(completed(TODAY + 10))[0], seq: 5 } as Fact,
    ])
    expect(tree()).toEqual([['invoke_workflow'], ['invoke_workflow site']])
  })
})

/** All that spans say, names aside. */
const said = (spans: readonly { attributes: object; status: object; events: object[] }[]) =>
  JSON.stringify(spans.map(({ attributes, status, events }) => [attributes, status, events]))

describe('H25: what goes out', () => {
  const all = facts(
    started(TODAY),
    added(TODAY, 'a'),
    assigned(TODAY + 1, 'a'),
    failed(TODAY + 2, 'a'),
    assigned(TODAY + 3, 'a', 2),
    succeeded(TODAY + 4, 'a', 2),
    completed(TODAY + 5),
  )
  it('is neither goal, body, result nor the text of an error, unless it is asked for', () => {
    const silent = recorder()
    silent.telemetry.facts('r', all)
    expect(silent.spans()).toHaveLength(3)
    expect(said(silent.spans())).not.toContain('secret')

    const open = recorder({ content: true })
    open.telemetry.facts('r', all)
    for (const digit of [1, 2, 3, 4, 5]) expect(said(open.spans())).toContain(`secret ${digit}`)
  })

  it('names no task and no run in a metric', async () => {
    const { telemetry, metrics } = recorder({ content: true })
    telemetry.facts('run-7', all)
    expect(Object.keys(await metrics()).join('\n')).not.toMatch(/run-7|\bid=|=a[,}]/)
  })
})

describe('the metrics of a run', () => {
  it('count tasks, attempts, waits, tokens and retries by what they are, and end at nothing running', async () => {
    const { telemetry, metrics } = recorder()
    const retried = {
      type: 'task.retried',
      task: 'a',
      epoch: 1,
      counted: true,
      retry: 1,
      reason: { code: 'WORKER_THREW', message: '' },
    }
    const model = { type: 'model.called', task: 'a', epoch: 2, model: 'acme:big', ...call } as object
    telemetry.facts(
      'r',
      facts(
        started(TODAY),
        added(TODAY, 'a'),
        added(TODAY, 'b', ['a']),
        assigned(TODAY + 1_000, 'a'),
        began(TODAY + 1_000, 'a'),
        failed(TODAY + 3_000, 'a'),
        { ...retried, at: TODAY + 3_000, notBefore: TODAY + 4_000 } as never,
        assigned(TODAY + 4_500, 'a', 2),
        began(TODAY + 4_500, 'a', 2),
        { ...model, at: TODAY + 4_600 } as never,
        succeeded(TODAY + 5_500, 'a', 2),
        { type: 'task.succeeded', at: TODAY + 5_500, task: 'a', epoch: 2 } as FactOf<'task.succeeded'>,
        assigned(TODAY + 5_750, 'b'),
        { type: 'attempt.revoked', at: TODAY + 5_800, task: 'b', epoch: 1, reason: 'cancelled' } as never,
        { type: 'task.cancelled', at: TODAY + 5_800, task: 'b', by: 'me', reason: 'x' } as never,
        completed(TODAY + 6_000),
      ),
    )
    expect(await metrics()).toEqual({
      'bosun.runs.running{}': 0,
      'bosun.attempts.running{name=builder}': 0,
      'bosun.queue.wait{name=builder}': { count: 3, sum: 1.75 },
      'bosun.attempt.duration{name=builder,outcome=failed,type=WORKER_THREW}': { count: 1, sum: 2 },
      'bosun.attempt.duration{name=builder,outcome=succeeded}': { count: 1, sum: 1 },
      'bosun.attempt.retries{name=builder,type=WORKER_THREW}': 1,
      'bosun.tasks{name=builder,outcome=succeeded}': 1,
      'bosun.tasks{name=builder,outcome=cancelled}': 1,
      'gen_ai.client.token.usage{model=big,name=acme,name=builder,name=chat,type=input}': { count: 1, sum: 10 },
      'gen_ai.client.token.usage{model=big,name=acme,name=builder,name=chat,type=output}': { count: 1, sum: 2 },
      'gen_ai.client.operation.duration{model=big,name=acme,name=builder,name=chat}': { count: 1, sum: 0.04 },
    })
  })
})
