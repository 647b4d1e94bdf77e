import { pasteReadyTest, textTimeline, type Explanation } from '@bosun/simulation'

/** Widest a story is told: longer lines are hard to read. */
const WIDTH_MAX = 120
/** Where nothing says how wide a line may be. */
const WIDTH_ELSEWHERE = 100

/** Cells of a line of a report, on a terminal of so many columns. */
export function widthOfReport(columns: number): number {
  return Number.isFinite(columns) ? Math.min(WIDTH_MAX, columns) : WIDTH_ELSEWHERE
}

/** A schedule as a timeline, with the command that shows it again. */
export function storyOf(explanation: Explanation, columns: number, color: boolean): readonly string[] {
  return textTimeline(explanation, { width: widthOfReport(columns), color }).split('\n')
}

/** The test that keeps a schedule, to paste. */
export function testOf(explanation: Explanation): readonly string[] {
  return ['A test that keeps it:', '', ...pasteReadyTest(explanation).trimEnd().split('\n').map(indented)]
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`
}
