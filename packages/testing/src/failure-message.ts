import { pasteReadyTest, textTimeline, type Explanation } from '@bosun/simulation'

/** Cells of a line: what a report of a test runner shows without breaking it. */
const WIDTH = 100

/** What a failing test of a check says: each schedule with its timeline, its command and its test. */
export function failureMessage(sentence: string, told: readonly Explanation[]): string {
  const parts = told.flatMap((explanation) => [
    textTimeline(explanation, { width: WIDTH }),
    ['A test that keeps it:', ...indented(pasteReadyTest(explanation))].join('\n'),
  ])
  return [sentence, ...parts].join('\n\n')
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
}
