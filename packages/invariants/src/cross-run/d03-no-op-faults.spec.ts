import { describeCrossRun } from '../fixtures/describe-cross-run.fixture.ts'
import { DIFFERENT_STATES, plain, twoTasks } from '../fixtures/two-tasks.fixture.ts'
import { noOpFaults } from './d03-no-op-faults.ts'

const again = {
  task: 'a',
  epoch: 1,
  kind: 'result',
  value: 1,
  error: { code: 'ATTEMPT_DEAD', message: 'late' },
} as const

describeCrossRun(noOpFaults)({
  holds: {
    'when a second report was put aside': () => [
      plain(),
      twoTasks({ a: 1, b: [2] })
        .fact('result.quarantined', again)
        .completed().facts,
    ],
  },
  breaks: DIFFERENT_STATES,
})
