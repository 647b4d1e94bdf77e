// `npm run packed`: what a new user meets. Packs every package as npm would publish it, installs the
// tarballs in an empty folder outside of the repository, and from there makes, tries, tests, builds and
// runs one of everything that can be new. Prints how long each step took; ends with 1 at the first that
// fails. From `bosun new worker` to the end of its run there are two minutes; with `--untimed`, as long as
// it takes.
import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FIRST_RUN_MS_MAX = 120_000
const STEP_MS_MAX = 300_000

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const home = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-packed-')))
const packs = join(home, 'packs')
const user = join(home, 'user')
const { devDependencies: versions } = manifestOf(root)
const published = globSync('{packages,plugins,apps,tools}/*/package.json', { cwd: root })
  .map((file) => ({ folder: dirname(file), ...manifestOf(join(root, dirname(file))) }))
  .filter((manifest) => manifest.private !== true)
/** By the name of the package. */
const tarballs = new Map()

try {
  await walk()
  console.log('\nA new user comes through.')
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(home, { recursive: true, force: true })
}

// ---------------------------------------------------------------------------------------------

async function walk() {
  mkdirSync(packs)
  mkdirSync(user)
  const libraries = published.map(({ folder }) => join(folder, 'tsconfig.lib.json'))
  await step('build', root, join(root, 'node_modules/.bin/tsc'), '-b', ...libraries)
  const names = published.flatMap(({ name }) => ['-w', name])
  const packed = await step(
    `pack ${names.length / 2} packages`,
    root,
    'npm',
    'pack',
    '--json',
    '--pack-destination',
    packs,
    ...names,
  )
  for (const { name, filename, files } of Object.values(JSON.parse(packed))) {
    tarballs.set(name, join(packs, filename))
    expectWhole(name, new Set(files.map(({ path }) => path)))
  }
  await step(
    'install @bosun/cli and create-bosun',
    user,
    'npm',
    'install',
    ...tarballsOf(['@bosun/cli', 'create-bosun']),
  )
  await firstRun()
  await elsewhere()
  await step('install vitest and typescript', user, 'npm', 'install', ...['vitest', 'typescript'].map(withVersion))
  for (const kind of ['tool', 'planner', 'manager', 'strategy', 'plugin']) await oneOf(kind)
  await project()
  await nx()
}

/** The two minutes: a worker from `bosun new` to its run, in a package with an installation of its own. */
async function firstRun() {
  const from = performance.now()
  await step('bosun new worker greeter', user, 'npx', 'bosun', 'new', 'worker', 'greeter')
  const greeter = join(user, 'greeter')
  const { peerDependencies, devDependencies } = manifestOf(greeter)
  const own = tarballsOf(Object.keys({ ...peerDependencies, ...devDependencies }))
  await step('greeter: npm install', greeter, 'npm', 'install', '--no-save', ...own)
  await step('greeter: bosun try', greeter, 'npx', 'bosun', 'try', 'greeter')
  await step('greeter: vitest run', greeter, 'npx', 'vitest', 'run')
  await step('greeter: bosun run', greeter, 'npx', 'bosun', 'run')
  const elapsed = performance.now() - from
  note('greeter: from new to run', elapsed)
  if (elapsed > FIRST_RUN_MS_MAX && !process.argv.includes('--untimed'))
    throw new Error(`It took ${Math.round(elapsed / 1000)} s until the worker had run.`)
  await check('greeter', greeter)
  await step('greeter: tsc', greeter, 'npx', 'tsc')
  await step('greeter: npm pack', greeter, 'npm', 'pack', '--pack-destination', packs)
}

/** The worker as others get it: JavaScript from a package, listed by its name. */
async function elsewhere() {
  const other = join(home, 'other')
  mkdirSync(other)
  writeFileSync(join(other, 'package.json'), '{ "private": true }')
  await step(
    'another project: install greeter',
    other,
    'npm',
    'install',
    '--legacy-peer-deps',
    join(packs, 'greeter-0.1.0.tgz'),
  )
  writeFileSync(
    join(other, 'bosun.config.mjs'),
    "export default { plugins: ['greeter'], planner: 'files', manager: 'fanOut' }\n",
  )
  writeFileSync(join(other, 'plan.yaml'), 'tasks:\n  - id: a\n    type: greeter\n    body: { topic: mars }\n')
  await step('another project: bosun run', user, 'npx', 'bosun', 'run', other)
}

async function oneOf(kind) {
  const name = `my-${kind}`
  const folder = join(user, name)
  await step(`bosun new ${kind} ${name}`, user, 'npx', 'bosun', 'new', kind, name)
  await step(`${name}: tsc`, folder, 'npx', 'tsc')
  await step(`${name}: vitest run`, folder, 'npx', 'vitest', 'run')
  await step(`${name}: npm run build`, folder, 'npm', 'run', 'build')
  if (kind === 'tool' || kind === 'plugin') await step(`${name}: bosun try`, folder, 'npx', 'bosun', 'try', './src')
  else await check(name, folder)
  await step(`${name}: bosun run`, folder, 'npx', 'bosun', 'run')
}

function check(name, folder) {
  return step(`${name}: bosun check`, folder, 'npx', 'bosun', 'check', `src/${name}.ts`, '--schedules', '1000')
}

async function project() {
  const folder = join(user, 'my-project')
  await step('create-bosun my-project', user, 'npx', 'create-bosun', 'my-project')
  await step('my-project: bosun new worker', folder, 'npx', 'bosun', 'new', 'worker', 'page-writer')
  await step('my-project: tsc', folder, 'npx', 'tsc')
  await step('my-project: vitest run', folder, 'npx', 'vitest', 'run')
  await step('my-project: bosun run', folder, 'npx', 'bosun', 'run')
}

async function nx() {
  await step(
    'install nx',
    user,
    'npm',
    'install',
    ...tarballsOf(['@bosun/nx']),
    ...['nx', '@nx/devkit'].map(withVersion),
  )
  writeFileSync(
    join(user, 'nx.json'),
    '{ "useDaemonProcess": false, "neverConnectToCloud": true, "analytics": false }\n',
  )
  const folder = join(user, 'plugins/describer')
  await step('nx g @bosun/nx:worker', user, 'npx', 'nx', 'g', '@bosun/nx:worker', 'describer', '--model=fast')
  await step('describer: bosun run', folder, 'npx', 'bosun', 'run')
}

/** The tarballs of packages, with those of all that they depend on. */
function tarballsOf(names, found = new Map()) {
  for (const name of names) {
    const manifest = published.find((one) => one.name === name)
    if (manifest === undefined || found.has(name)) continue
    found.set(name, tarballs.get(name))
    tarballsOf(Object.keys(manifest.dependencies ?? {}), found)
  }
  return [...found.values()]
}

/** A tarball brings all that its manifest promises. */
function expectWhole(name, files) {
  const { exports: doors = {}, bin = {} } = published.find((one) => one.name === name)
  const promised = [...Object.values(bin), ...Object.values(doors).map((door) => door.default ?? door)]
  const absent = promised.find((path) => !files.has(path.replace('./', '')))
  if (absent !== undefined) throw new Error(`The tarball of ${name} does not bring ${absent}.`)
}

async function step(title, cwd, file, ...args) {
  const from = performance.now()
  const { error, output, messages } = await run(cwd, file, args)
  note(title, performance.now() - from)
  if (error !== null) throw new Error(`${title} failed: ${file} ${args.join(' ')}\n${output}${messages}`)
  return output
}

function run(cwd, file, args) {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env: environment(), timeout: STEP_MS_MAX, maxBuffer: 2 ** 26 },
      (error, output, messages) => resolve({ error, output, messages }),
    )
  })
}

/** That of a user: nothing of the npm that started this, and in the repository alone its programs. */
function environment() {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_(registry|cache|userconfig)$)|NODE_OPTIONS$|BOSUN_|NX_|VITEST|INIT_CWD$)/.test(name),
  )
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return {
    ...Object.fromEntries(own),
    PATH: [dirname(realpathSync(process.execPath)), ...path].join(delimiter),
    NO_COLOR: '1',
    CI: 'true',
    // What the repository was installed from is at hand.
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_NO_CLOUD: 'true',
  }
}

function withVersion(name) {
  return `${name}@${versions[name]}`
}

function note(title, ms) {
  console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  ${title}`)
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
