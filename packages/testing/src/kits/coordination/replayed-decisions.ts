import type { AnyManager, Fact, Manager } from '@bosun/core'
import { composeStrategy, createKernel, evolve, nextMessage } from '@bosun/kernel'
import { openSession, replayDecisions } from '@bosun/managers'

/**
 * Delivers the messages of a log to a fresh program, as a recovery does.
 *
 * @returns the first difference between what it decides and what is recorded
 */
export function replayedDecisions(manager: AnyManager, log: readonly Fact[]): string | undefined {
  const [started] = log
  if (started?.type !== 'run.started') return undefined
  const kernel = createKernel(composeStrategy({ name: started.config.strategy }))
  const violations: string[] = []
  const session = openSession(manager as Manager, {
    goal: started.goal,
    view: kernel.view,
    onViolation: ({ message }) => violations.push(message),
  })
  let pending: ReturnType<typeof nextMessage>
  for (const fact of log) {
    if (pending !== undefined) {
      const recorded = fact.type === 'manager.decided' ? fact.decisions : undefined
      const { diverged } = replayDecisions(session, pending.message, recorded)
      const { type, seq } = pending.message
      if (diverged !== undefined) {
        return `on ${type} (${seq}) it decided ${diverged.expected} first, and ${diverged.received} again`
      }
      pending = undefined
    }
    if (fact.type === 'message.delivered') pending = nextMessage(kernel.state, fact.at)
    evolve(kernel.state, fact)
  }
  return violations[0]
}
