import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FactSchema, type Fact } from '@bosun/core'

/** The journal of a run of the example planet-site, as `bosun log --json` printed it: real hosts, real files. */
export function planetSite(): readonly Fact[] {
  const text = readFileSync(join(import.meta.dirname, 'planet-site.fixture.ndjson'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => FactSchema.parse(JSON.parse(line)) as Fact)
}
