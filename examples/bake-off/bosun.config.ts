import { defineConfig } from 'bosun'
import { bakeOff, type BakeOffGoal } from './bake-off.ts'
import { implementations } from './judge/implementations.ts'
import manifest from './package.json' with { type: 'json' }
import { specification } from './specification.ts'

const versions: Readonly<Record<string, string>> = {
  ...manifest.dependencies,
  'node-path': process.versions.node,
  'crash-dummy': 'made to fail',
}
const names = Object.keys(implementations)

const goal: BakeOffGoal = {
  title: 'Glob matchers',
  implementations: names.map((name) => ({ name, version: versions[name] ?? 'unknown' })),
  sections: specification,
  timeoutMs: 10_000,
}

export default defineConfig({
  // One plugin per implementation: none shares a process with another.
  plugins: [...names.map((implementation) => ({ use: './judge', options: { implementation } })), './report'],
  manager: bakeOff,
  goal: JSON.parse(JSON.stringify(goal)),
  limits: { slotsMax: 4 },
  // What crashed once would crash again, and a failure is a score here, not a fault of the run.
  retry: { retriesMax: 0 },
  policy: { waive: ['failed', 'lost'] },
})
