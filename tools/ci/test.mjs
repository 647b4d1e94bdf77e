// `npm test`: runs every check and every spec of the repository through Nx, which skips what has
// not changed since it last passed, and ends with one line: "N passed, N failed".
//
//   npm test                          everything
//   npm test -- @bosun/kernel bosun   only these packages
//
// Plain JavaScript, because whatever Node the machine has must be able to read it; what it starts
// runs on the Node that npm installed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const binaries = join(root, 'node_modules/.bin')
const runRecord = join(root, '.nx/cache/run.json')
// What a new user meets takes minutes and a registry, so it is for the machine that checks everything.
const targets = ['lint', 'format', 'tidy', 'typecheck', 'test', ...(process.env.CI === 'true' ? ['packed'] : [])]

// A report left by an earlier run would be counted as if it were from this one. Nx puts back the
// reports of the packages that it skips.
for (const report of reportFiles()) rmSync(report)
rmSync(runRecord, { force: true })

const exitCode = await runNx(process.argv.slice(2))

const { passed, failed, packagesThatFailed } = countTests()
const failedTasks = tasksThatFailed()
// A task that fails without naming a test, such as a type error, still counts as one failure.
const isCounted = (task) => packagesThatFailed.some((name) => task === `${name}:test`)
const failures = failed + failedTasks.filter((task) => !isCounted(task)).length
const broken = exitCode !== 0 || failures > 0

if (broken) console.log(`\nFailed: ${failedTasks.join(', ') || 'the run itself'}`)
console.log(`\n${passed} passed, ${broken ? Math.max(failures, 1) : 0} failed`)
process.exitCode = broken ? 1 : 0

// ---------------------------------------------------------------------------------------------

function runNx(projects) {
  const args = ['run-many', `--targets=${targets.join(',')}`, '--parallel=3', '--outputStyle=static']
  if (projects.length > 0) args.push(`--projects=${projects.join(',')}`)
  const child = spawn(join(binaries, 'nx'), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}`,
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      NX_NO_CLOUD: 'true',
      // One worker each: specs wait for processes of their own more often than they compute.
      VITEST_MAX_WORKERS: '1',
    },
  })
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`Nx did not start (${error.message}). Run "npm ci" first.`)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

function reportFiles() {
  return ['packages', 'plugins', 'apps', 'examples', 'tools']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'test-results/vitest.json')),
    )
    .filter((report) => existsSync(report))
}

function countTests() {
  const counts = { passed: 0, failed: 0, packagesThatFailed: [] }
  for (const file of reportFiles()) {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    // A spec file that cannot be loaded fails without any of its tests having run.
    const notLoaded = report.testResults.filter(
      (spec) => spec.status === 'failed' && !spec.assertionResults.some((test) => test.status === 'failed'),
    )
    const failedHere = report.numFailedTests + notLoaded.length
    counts.passed += report.numPassedTests
    counts.failed += failedHere
    if (failedHere > 0) counts.packagesThatFailed.push(packageNameOf(file))
  }
  return counts
}

function packageNameOf(report) {
  return JSON.parse(readFileSync(join(dirname(report), '../package.json'), 'utf8')).name
}

/** Nx keeps a record of its last run. */
function tasksThatFailed() {
  if (!existsSync(runRecord)) return []
  const { tasks } = JSON.parse(readFileSync(runRecord, 'utf8'))
  return tasks.filter((task) => task.status !== undefined && task.status !== 0).map((task) => task.taskId)
}
