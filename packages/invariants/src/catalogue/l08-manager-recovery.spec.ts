import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { managerRecovery } from './l08-manager-recovery.ts'

/** Something that lets time be seen to go on. */
const RESTED = { type: 'world.rested', slot: 'worker/9', task: 'z', epoch: 1, how: 'finished' } as const
const rose = (story: LogBuilder) => story.event({ type: 'world.rose', actor: 'manager', managerEpoch: 2 })
const recovered = (story: LogBuilder) => rose(story).fact('manager.recovered', { managerEpoch: 2, owner: 'b' })
const running = () => log().run().task('a').begin('a').event({ type: 'world.died', actor: 'manager' }).wait(10_000)

describeInvariant(managerRecovery, {
  holds: {
    'when the new manager takes over': () =>
      recovered(running()).same().lose('a', 'restart').event({ type: 'world.calm' }).done('a').completed(),
    'when it dies again before it has': () =>
      recovered(rose(running()).event({ type: 'world.died', actor: 'manager' }).wait(100_000))
        .same()
        .lose('a', 'restart')
        .event({ type: 'world.calm' })
        .done('a')
        .completed(),
    'when it finds the run ended': () =>
      rose(log().run().task('a').done('a').completed()).event({ type: 'world.calm' }).wait(100_000).event(RESTED),
    'when the first manager rises': () =>
      rose(log().event({ type: 'world.calm' }))
        .wait(100_000)
        .event(RESTED)
        .run()
        .task('a')
        .done('a')
        .completed(),
    'when an attempt that it took over beats on': () =>
      recovered(running())
        .event({ type: 'world.calm' })
        .beat('a')
        .wait(10_000)
        .beat('a')
        .wait(10_000)
        .succeed('a')
        .completed(),
  },
  breaks: {
    recovered: {
      'when it does nothing': () => rose(running()).event({ type: 'world.calm' }).wait(100_000).event(RESTED),
      'when it can do nothing': () =>
        rose(running()).event({ type: 'world.calm' }).event({ type: 'world.stuck', why: 'silent' }),
    },
    orphan: {
      'when it forgets the timers of what was under way': () =>
        recovered(running()).event({ type: 'world.calm' }).wait(600_000).lose('a', 'timeout'),
    },
  },
})
