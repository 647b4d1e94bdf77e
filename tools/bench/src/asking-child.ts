import { Socket } from 'node:net'

/** Asks its owner for a file as often as it is told to, one question after the other, and tells how long that took. */
const [path = '', warmUps = '0', calls = '0'] = process.argv.slice(2)
const channel = new Socket({ fd: 3 })
channel.setEncoding('utf8')
let rest = ''
let answered: (answer: unknown) => void = () => {}
channel.on('data', (chunk: string) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) answered(JSON.parse(line))
})
channel.on('close', () => process.exit(0))

function ask(call: number): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  answered = resolve
  channel.write(`${JSON.stringify({ type: 'call', call, name: 'read', input: { path } })}\n`)
  return promise
}

// oxlint-disable-next-line no-await-in-loop
for (let call = 0; call < Number(warmUps); call += 1) await ask(call)
const from = performance.now()
// oxlint-disable-next-line no-await-in-loop
for (let call = 0; call < Number(calls); call += 1) await ask(call)
channel.write(`${JSON.stringify({ type: 'done', ms: performance.now() - from })}\n`)
