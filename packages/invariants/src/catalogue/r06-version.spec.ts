import type { Fact } from '@bosun/core'
import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { version } from './r06-version.ts'

function story(told: number) {
  const built = log().run().task('a').done('a').completed()
  built.facts[0] = { ...built.facts[0], version: told } as Fact
  return built
}

describeInvariant(version, {
  holds: { 'when the version is the known one': () => story(1) },
  breaks: {
    unknown: { 'when the log is of a later version': () => story(2), 'when it is of none': () => story(0) },
  },
})
