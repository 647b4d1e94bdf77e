import { expect, it } from 'vitest'
import { explain } from './explanation.ts'
import { lateResult } from './explain.fixture.ts'
import { pasteReadyTest } from './paste-ready-test.ts'

it('writes a spec that replays the schedule, for a named and for a default export', () => {
  const options = { repro: 'b1:9f3c', module: 'managers/survey.ts' }
  expect(pasteReadyTest(explain(lateResult(), { ...options, exportName: 'survey' }))).toMatchInlineSnapshot(`
    "import { simulate } from 'bosun/testing'
    import { expect, it } from 'vitest'
    import { survey } from './survey.ts'

    it('S3: fenced holds in a schedule that was found', () => {
      const trace = simulate(survey, { replay: 'b1:9f3c' })
      expect(trace.end.violation).toBeUndefined()
    })
    "
  `)
  expect(pasteReadyTest(explain(lateResult(), options))).toContain("import subject from './survey.ts'\n")
})

it('takes the options of the module along, and waits for a subject that waits', () => {
  const options = { repro: 'b1:9f3c', module: 'survey.ts', hasOptions: true, isAsync: true }
  const text = pasteReadyTest(explain(lateResult(), options))
  expect(text).toContain("import { simulateAsync } from 'bosun/testing'\n")
  expect(text).toContain("import subject, { check } from './survey.ts'\n")
  expect(text).toContain('async () => {\n')
  expect(text).toContain("const trace = await simulateAsync(subject, { ...check, replay: 'b1:9f3c' })\n")
  expect(pasteReadyTest(explain(lateResult(), { ...options, exportName: 'survey' }))).toContain(
    "import { check, survey } from './survey.ts'\n",
  )
})

it('lets no name of the subject end a literal', () => {
  const module = "a'); process.exit(); \u2028.ts"
  const violation = { invariant: "X'", clause: 'c', sentence: 's', seqs: [] }
  const end = { facts: 1, inputs: 1, virtualMs: 1, violation }
  const text = pasteReadyTest(explain({ ...lateResult(), end }, { repro: "'b1", module, exportName: 'a}; bad' }))
  expect(text).toContain(String.raw`import subject from './a\'); process.exit(); \u{2028}.ts'`)
  expect(text).toContain(String.raw`it('X\': holds in a schedule that was found'`)
  expect(text).toContain(String.raw`{ replay: '\'b1' }`)
})

it('asks a subject that broke by itself not to', () => {
  const fault = { code: 'SUBJECT_THREW', message: 'it threw' }
  const end = { facts: 1, inputs: 1, virtualMs: 1, fault }
  const text = pasteReadyTest(explain({ ...lateResult(), end }, { repro: 'b1:9f', module: 'a.ts' }))
  expect(text).toContain('expect(trace.end.fault).toBeUndefined()')
})
