import { readFileSync } from 'node:fs'
import { loadEngine } from './load-engine.ts'
import { processTerminal } from './process-terminal.ts'
import { runProgram } from './program.ts'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

process.exitCode = await runProgram(process.argv.slice(2), processTerminal(), loadEngine, manifest.version)
