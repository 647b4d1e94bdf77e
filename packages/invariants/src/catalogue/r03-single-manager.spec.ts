import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { singleManager } from './r03-single-manager.ts'

const one = () => log().run().task('a').stored()
const rise = (story: LogBuilder, managerEpoch: number) =>
  story.event({ type: 'world.rose', actor: 'manager', managerEpoch })
const recovered = (story: LogBuilder, managerEpoch: number) =>
  story.fact('manager.recovered', { managerEpoch, owner: 'next' })

describeInvariant(singleManager, {
  holds: {
    'when each manager stays still once it is followed': () =>
      recovered(rise(recovered(rise(one(), 2), 2).stored(2), 3), 3)
        .stored(3)
        .assign('a')
        .stored(3)
        .event({ type: 'world.sent', effect: 'assign', seq: 8, managerEpoch: 3, task: 'a', epoch: 1 })
        .start('a')
        .succeed('a')
        .completed(),
    'when a slot comes back under the manager at hand': () =>
      rise(one(), 1).event({ type: 'world.rose', actor: 'worker/1', managerEpoch: 1 }).done('a').completed().stored(1),
  },
  breaks: {
    epoch: {
      'when two managers take over under one epoch': () => recovered(recovered(one(), 2), 2),
      'when the epoch goes back': () => recovered(recovered(one(), 3), 2),
    },
    wrote: { 'when the former manager still writes': () => rise(one(), 2).assign('a').stored(1) },
    acted: {
      'when the former manager still sends': () =>
        rise(one(), 2).event({ type: 'world.sent', effect: 'end', seq: 5, managerEpoch: 1 }),
      'when the former manager still answers': () =>
        rise(one(), 2).event({ type: 'world.acknowledged', seq: 5, managerEpoch: 1 }),
    },
  },
})
