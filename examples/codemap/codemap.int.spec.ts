import { beforeAll, describe, expect, it } from 'vitest'
import { runExample } from './run-example.fixture.ts'

type Ran = Awaited<ReturnType<typeof runExample>>
interface Summary {
  readonly folder: string
  readonly summary: string
}
const summariesOf = ({ json }: Ran) => (JSON.parse(json) as { summaries?: readonly Summary[] }).summaries
/** Answers of the script that claim so many tokens each. */
const claiming = (tokens: number) => (script: string) =>
  script.replaceAll('"data":', `"usage": { "inputTokens": ${tokens - 400}, "outputTokens": 400 }, "data":`)
const withTokens = (tokensMax: number) => (config: string) =>
  config.replace('slotsMax: 4,', `slotsMax: 4, tokensMax: ${tokensMax},`)

describe('the code map of rxjs', { timeout: 120_000 }, () => {
  let [plain, summed]: (Ran | undefined)[] = []
  const ran = (one: Ran | undefined): Ran => {
    if (one === undefined) throw new Error('the run did not end')
    return one
  }
  beforeAll(async () => {
    plain = await runExample()
    summed = await runExample({ summary: 'scripted:summary' })
  }, 240_000)

  it('M-10: without a model asks none, and has no trace of summaries', () => {
    const { code, json, page, all } = ran(plain)
    expect([code, all('model.called')]).toEqual([0, []])
    expect(json).not.toContain('"summaries"')
    expect(page).not.toContain('id="summaries"')
    expect(all('task.added').map(({ task }) => (task as unknown as { type: string }).type)).not.toContain(
      'summarise_folder',
    )
  })

  it('with a model has a summary of each subtree, and is the same map to the byte otherwise', () => {
    const { code, json, all } = ran(summed)
    const summaries = summariesOf(ran(summed)) ?? []
    expect([code, summaries.length, all('model.called').length]).toEqual([0, 15, 15])
    const { summaries: _, ...rest } = JSON.parse(json) as Record<string, unknown>
    expect(`${JSON.stringify(rest, undefined, 1)}\n`).toBe(ran(plain).json)
  })

  it('with a model shows each summary on the page, from the root down', () => {
    const { page } = ran(summed)
    const shown = (summariesOf(ran(summed)) ?? []).map(({ summary }) => page.indexOf(`<dd>${summary}</dd>`))
    expect(shown.every((at) => at > 0)).toBe(true)
    expect(shown).toEqual(shown.toSorted((a, b) => a - b))
  })

  it('X-03: with a model uses what its calls used, and gives each no more than its slice', () => {
    const { all } = ran(summed)
    const calls = all('model.called') as unknown as readonly {
      inputTokens: number
      outputTokens: number
      model: string
    }[]
    expect(new Set(calls.map(({ model }) => model))).toEqual(new Set(['scripted:summary']))
    const tokensOf = (type: string) => all(type).map(({ tokens }) => tokens as number)
    const used = calls.reduce((sum, one) => sum + one.inputTokens + one.outputTokens, 0)
    expect(tokensOf('budget.settled').reduce((a, b) => a + b)).toBe(used)
    expect(tokensOf('budget.reserved')).toEqual(Array.from({ length: 15 }, () => 12_000))
  })

  it('asks for as many summaries as its budget holds, from the root down, and never overruns it', async () => {
    const few = await runExample({
      summary: 'scripted:summary',
      change: {
        'bosun.config.ts': withTokens(110_000),
        'script.json': (script) => claiming(11_000)(withoutExpectations(script)),
      },
    })
    expect([few.code, few.stderr, few.all('model.called').length]).toEqual([0, '', 3])
    // Each may be tried three times: 12,000 tokens go into 110,000 three times as often as that.
    expect(summariesOf(few)?.map(({ folder }) => folder)).toEqual(['.', 'ajax', 'fetch'])
  })

  it('writes the map also where there is no budget for any summary', async () => {
    const none = await runExample({ summary: 'scripted:summary', change: { 'bosun.config.ts': withTokens(0) } })
    expect([none.code, none.json]).toEqual([0, ran(plain).json])
  })

  it('writes the map with the summaries that there are when a model fails, and the run says which are missing', async () => {
    const failing = await runExample({
      summary: 'scripted:summary',
      change: {
        'script.json': (script) => withoutFallback(script).replace('folder internal/util:', 'folder nowhere:'),
      },
    })
    expect(failing.code).toBe(1)
    expect(failing.all('task.failed').map(({ task }) => task)).toEqual(['summary/internal/util'])
    expect(
      failing
        .all('task.skipped')
        .map(({ task }) => task)
        .toSorted(),
    ).toEqual(['summary', 'summary/internal'])
    expect(summariesOf(failing)).toHaveLength(12)
  })
})

type Script = { summary: { when?: string; expects?: string }[] }

function withoutExpectations(script: string): string {
  const { summary } = JSON.parse(script) as Script
  return JSON.stringify({ summary: summary.map((answer) => ({ ...answer, expects: undefined })) })
}

function withoutFallback(script: string): string {
  const { summary } = JSON.parse(script) as Script
  return JSON.stringify({ summary: summary.filter(({ when }) => when !== undefined) })
}
