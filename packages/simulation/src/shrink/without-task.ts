import type { Choice, ChoiceList } from '../choices/choices.ts'
import { siteOf } from '../choices/site.ts'

/**
 * The same schedule with one task of its drawn graph less. The tasks behind it move up, and all that
 * was chosen for them moves with them.
 *
 * @param size the choice that says how many tasks there are
 */
export function withoutTask(choices: ChoiceList, size: Choice, gone: number): ChoiceList {
  const names = new Map<number, number>()
  for (let index = gone + 1; index <= size.value; index += 1) {
    names.set(siteOf(`t${index}`), siteOf(`t${index - 1}`))
  }
  const goneSite = siteOf(`t${gone}`)
  const moved = (index: number): number => (index > gone ? index - 1 : index)
  const kept: Choice[] = []
  for (const choice of choices) {
    const { label, site } = choice
    const [a, b, c] = site
    if (choice === size) {
      if (size.value > 1) kept.push({ ...size, value: size.value - 1 })
    } else if (label === 'graph.edge') {
      if (a !== gone && c !== gone) kept.push({ ...choice, site: [moved(a), b, moved(c)] })
    } else if (label.startsWith('task.')) {
      if (a !== gone) kept.push({ ...choice, site: [moved(a), b, c] })
    } else if (a !== goneSite) kept.push(names.has(a) ? { ...choice, site: [names.get(a) as number, b, c] } : choice)
  }
  return kept
}
