import { composeStrategy, leastLoaded } from 'bosun'

/**
 * The more urgent a task the earlier it goes. Of equally urgent ones, whatever was tried before goes
 * first, because others have waited for it the longest, and on the slot that has done the least so far.
 */
export default composeStrategy({
  name: 'second-chance',
  order: { name: 'urgent-then-tried', key: (task) => -(task.spec.priority ?? 0) - task.retries / 100 },
  placement: leastLoaded,
  guarantees: ['work-conserving', 'priority'],
})
