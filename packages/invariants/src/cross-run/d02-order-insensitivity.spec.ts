import { describeCrossRun } from '../fixtures/describe-cross-run.fixture.ts'
import { DIFFERENT_STATES, permuted, plain } from '../fixtures/two-tasks.fixture.ts'
import { orderInsensitivity } from './d02-order-insensitivity.ts'

describeCrossRun(orderInsensitivity)({
  holds: { 'when the same was done in another order': () => [plain(), permuted()] },
  breaks: DIFFERENT_STATES,
})
