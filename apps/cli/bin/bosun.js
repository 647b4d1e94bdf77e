#!/usr/bin/env node
// Starts the command line: its source inside the repository, where nothing needs to be built,
// and its build anywhere else. Plain JavaScript, because an old Node must be able to read it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const nodeMajorMin = 24
const condition = '--conditions=@bosun/source'

const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, '../src/main.ts')
const fromSource = existsSync(source) && !here.split(/[\\/]/).includes('node_modules')
const entry = fromSource ? source : join(here, '../dist/main.js')

const flags = fromSource ? [condition] : []
const newEnough = Number(process.versions.node.split('.')[0]) >= nodeMajorMin
const node = newEnough ? process.execPath : nodeFromNpm()

if (node === undefined) {
  console.error(
    `bosun needs Node ${nodeMajorMin} or newer; this is ${process.version}. ` +
      `Install a newer one, or run "npm install" in the repository, which brings one.`,
  )
  process.exitCode = 1
} else if (newEnough && flags.every(isSet)) {
  await start()
} else if (newEnough && typeof process.execve === 'function' && process.platform !== 'win32') {
  replaceThisProcess(node)
} else {
  runAsChild(node)
}

// ---------------------------------------------------------------------------------------------

/** The program reads its arguments from the second on, whoever started it. */
async function start() {
  process.argv[1] = entry
  await import(pathToFileURL(entry).href)
}

function isSet(flag) {
  const [name, value] = flag.split('=')
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]
  return given.some(
    (argument, index) =>
      argument === flag ||
      argument === `-C=${value}` ||
      ((argument === name || argument === '-C') && given[index + 1] === value),
  )
}

/** The Node of the npm package `node`, which the repository depends on. */
function nodeFromNpm() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const binary = join(dirname(manifest), 'bin/node')
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

function commandLine() {
  return [...process.execArgv, ...flags, entry, ...process.argv.slice(2)]
}

/** One process, not two: signals and the exit code need nobody to carry them. */
function replaceThisProcess(file) {
  process.removeAllListeners('warning') // execve calls itself experimental, on every start
  process.execve(file, [file, ...commandLine()], process.env)
}

function runAsChild(file) {
  const child = spawn(file, commandLine(), { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group, the child included. Forwarding it as well would
  // count as a second Ctrl-C, which means "stop at once".
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) {
    process.on(signal, () => {
      const fromTerminal = terminal && (signal === 'SIGINT' || signal === 'SIGQUIT')
      if (!fromTerminal) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`bosun could not start ${file}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? code : 128 + (constants.signals[signal] ?? 0))
  })
}
