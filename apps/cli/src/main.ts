import { readFileSync } from 'node:fs'
import { loadEngine } from './load-engine.ts'
import { processTerminal } from './process-terminal.ts'
import { runProgram } from './program.ts'

/** Time that the process has to end by itself after its work is done. */
const END_MS_MAX = 3000

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

process.exitCode = await runProgram(process.argv.slice(2), processTerminal(), loadEngine, manifest.version)

// Usually nothing is left and the process ends here. Something that was not closed must not keep it
// alive for ever; output that is still on its way to a slow reader may.
setInterval(() => {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit()
}, END_MS_MAX).unref()
