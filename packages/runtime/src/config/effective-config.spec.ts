import { RunConfigSchema } from '@bosun/core'
import { expect, it } from 'vitest'
import { resolveEffectiveConfig } from './effective-config.ts'

const loaded = (config = {}) => ({ file: 'bosun.config.ts', config: { plugins: [], manager: 'x', ...config } })

it('takes the documented default where nothing is said, and says so', () => {
  const { config, origins } = resolveEffectiveConfig(loaded())
  expect(config).toEqual(RunConfigSchema.parse({}))
  expect(new Set(Object.values(origins))).toEqual(new Set(['default']))
  expect(Object.keys(origins)).toEqual(expect.arrayContaining(['limits.slotsMax', 'strategy', 'seed', 'policy.deny']))
})

it('lets the flag go before the config, the config before the manager, the manager before the default', () => {
  const manager = { name: 'survey', values: { 'limits.slotsMax': 8, 'limits.tasksMax': 50, 'limits.depthMax': 5 } }
  const { config, origins } = resolveEffectiveConfig(
    loaded({ limits: { slotsMax: 4, tasksMax: 40 } }),
    { concurrency: 2 },
    manager,
  )
  expect(config.limits).toMatchObject({ slotsMax: 2, tasksMax: 40, depthMax: 5, fanOutMax: 1000 })
  expect(origins).toMatchObject({
    'limits.slotsMax': 'flag --concurrency',
    'limits.tasksMax': 'bosun.config.ts limits.tasksMax',
    'limits.depthMax': 'manager survey',
    'limits.fanOutMax': 'default',
  })
})

it('keeps zero, which means zero', () => {
  const { config, origins } = resolveEffectiveConfig(loaded({ limits: { tokensMax: 0 } }), { retries: 0 })
  expect(config.limits.tokensMax).toBe(0)
  expect(config.retry.retriesMax).toBe(0)
  expect(origins['retry.retriesMax']).toBe('flag --retries')
})

it('names the flag whose value cannot be', () => {
  expect(() => resolveEffectiveConfig(loaded(), { concurrency: 0 })).toThrow(
    '--concurrency: The command line is not understood (expected >=1, received 0). Ask `bosun COMMAND --help`.',
  )
})

it('turns --fail-fast into the failure policy', () => {
  expect(resolveEffectiveConfig(loaded(), { failFast: true }).config.policy.failure).toBe('fail-fast')
})

it('X-05: takes what the policy allows and denies from the config, and records the rules without their examples', () => {
  const policy = {
    allow: [{ rule: 'files.read(src/**)', matches: ['src/a'] }, 'files.write'],
    deny: ['files.read(.env)'],
  }
  const { config, origins } = resolveEffectiveConfig(loaded({ policy }))
  expect(config.policy).toMatchObject({ allow: ['files.read(src/**)', 'files.write'], deny: ['files.read(.env)'] })
  expect(origins).toMatchObject({ 'policy.allow': 'bosun.config.ts policy.allow', 'policy.waive': 'default' })
  expect(resolveEffectiveConfig(loaded()).config.policy.allow).toBeUndefined()
})
