import { BosunError, type Strategy } from '@bosun/core'
import { BUILT_IN_STRATEGIES } from '@bosun/kernel'
import { loadSubject } from '@bosun/simulation'
import { closestOf } from './closest.ts'
import { moduleUrl } from './module-url.ts'

/** The strategy that ships under a name. */
export function builtInStrategy(name: string): Strategy | undefined {
  return BUILT_IN_STRATEGIES.find((strategy) => strategy.name === name)
}

/**
 * The strategy that a person means: one that ships, by its name, or the default export of a module.
 *
 * @throws USAGE naming those that ship, SUBJECT_INVALID for a module that holds no strategy
 */
export async function strategyNamed(named: string, cwd: string): Promise<Strategy> {
  const builtIn = builtInStrategy(named)
  if (builtIn !== undefined) return builtIn
  const names = BUILT_IN_STRATEGIES.map(({ name }) => name)
  if (!/[./\\]/.test(named)) {
    const meant = closestOf(named, names)
    throw new BosunError('USAGE', {
      at: '--strategy',
      expected: `${names.join(', ')}, or the path of a module`,
      received: JSON.stringify(named),
      fix: meant === undefined ? 'Correct the name.' : `Did you mean ${meant}?`,
    })
  }
  const { subject } = await loadSubject(moduleUrl(named, cwd))
  if (subject.kind === 'strategy') return subject.strategy
  throw new BosunError('SUBJECT_INVALID', { at: named, expected: 'a strategy', received: `a ${subject.kind}` })
}
