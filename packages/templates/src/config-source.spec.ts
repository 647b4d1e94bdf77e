import { expect, it } from 'vitest'
import { withPlugin } from './config-source.ts'
import { newPackage, newPart } from './templates.ts'

const LISTING = `'./plugins/new'`

function configWith(text: string): string {
  return `export default {\n${text}\n  manager: 'fanOut',\n}\n`
}

it.each([
  [`  plugins: ['./a'],`, `  plugins: ['./plugins/new', './a'],`],
  [`  plugins: [],`, `  plugins: ['./plugins/new'],`],
  [`  plugins: [ ],`, `  plugins: ['./plugins/new' ],`],
  [`  plugins: [\n    './a',\n  ],`, `  plugins: [\n    './plugins/new',\n    './a',\n  ],`],
])('lists a plugin in %j', (list, changed) => {
  expect(withPlugin(configWith(list), LISTING)).toBe(configWith(changed))
})

it.each([
  ['no list', `export default { manager: 'fanOut' }`],
  ['a list made elsewhere', `const plugins = ['./a']\nexport default {\n  plugins,\n}`],
  ['two lists', `const one = {\n  plugins: ['./a'],\n}\nexport default {\n  plugins: ['./b'],\n}`],
  ['a list in a comment', `// plugins: ['./a'],\nexport default {}`],
])('leaves a config with %s to a person', (_what, config) => {
  expect(withPlugin(config, LISTING)).toBeUndefined()
})

it('lists what is new in a config that was new itself', () => {
  const config = newPackage('manager', 'first')['bosun.config.ts'] ?? ''
  const { listing } = newPart('strategy', 'second')
  expect(withPlugin(config, listing)).toContain(
    `plugins: [{ use: './plugins/second', trusted: true }, { use: './src', trusted: true }, '@bosun/worker-pages']`,
  )
})
