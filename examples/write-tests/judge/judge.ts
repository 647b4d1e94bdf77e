#!/usr/bin/env node
// Judges one test: it has to pass on the module as it is, and to fail on the module with something
// changed. Only then it is copied to where tests belong, and the command ends with 0.
//
//   judge.ts string/escape
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mutantsOf } from './mutants.ts'
import { runTest } from './run-test.ts'

const MUTANTS_MAX = 8

const [module = ''] = process.argv.slice(2)
const folder = process.env['BOSUN_WORKSPACE'] ?? '.'
const test = `candidates/${module}.spec.mjs`
const path = `src/${module}.mjs`

const source = readFileSync(join(folder, path), 'utf8')
const mutants = mutantsOf(source, MUTANTS_MAX)
const texts = [source, ...mutants.map(({ text }) => text)]
const scratch = mkdtempSync(join(tmpdir(), 'judge-'))
const [original, ...others] = await runTest({ folder, test, module: path, texts, scratch })
const killed = mutants.filter((_, index) => others[index]?.passed === false)

if (original?.passed !== true) refuse(`fails on the module as it is: ${original?.failures[0] ?? 'no test ran'}`)
if (mutants.length === 0) refuse('cannot be judged: there is nothing in the module to change')
if (killed.length === 0) refuse(`passes as well when ${mutants.map(({ label }) => label).join(', or ')}`)
const accepted = `tests/${module}.spec.mjs`
mkdirSync(dirname(accepted), { recursive: true })
writeFileSync(accepted, readFileSync(join(folder, test)))
console.log(`fails on ${killed.length} of ${mutants.length} seeded changes`)
// Vitest has seen tests fail, as they should.
process.exitCode = 0

function refuse(reason: string): never {
  console.error(`The test ${reason}`)
  process.exit(1)
}
