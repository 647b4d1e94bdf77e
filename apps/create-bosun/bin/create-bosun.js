#!/usr/bin/env node
// Plain JavaScript, because an old Node must be able to read it.
const nodeMajorMin = 24

if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  console.error(`Bosun needs Node ${nodeMajorMin} or newer; this is ${process.version}.`)
  process.exitCode = 1
} else {
  const { createBosun } = await import('../dist/create-bosun.js')
  const { code, lines } = await createBosun(process.argv.slice(2), process.cwd())
  console[code === 0 ? 'log' : 'error'](lines.join('\n'))
  process.exitCode = code
}
