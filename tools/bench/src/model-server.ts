/**
 * A model provider that speaks chat completions, in a process of its own: asks for the tool `read` so
 * many times, then answers. Takes the number of calls and the ms that each answer takes; prints its port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

const [callsCount = 10, answerMs = 0] = process.argv.slice(2).map(Number)

interface Asked {
  readonly messages: readonly { readonly role: string }[]
}

const server = createServer(async (request, response) => {
  const { messages } = (await json(request)) as Asked
  const called = messages.filter(({ role }) => role === 'tool').length
  const body = JSON.stringify(completion(called))
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), answerMs)
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.stdin.on('end', () => process.exit()).resume()

function completion(called: number) {
  const call = { name: 'read', arguments: JSON.stringify({ path: 'text.txt' }) }
  const isDone = called >= callsCount
  const message = isDone
    ? { role: 'assistant', content: '{"text":"done"}' }
    : { role: 'assistant', content: null, tool_calls: [{ id: `c${called}`, type: 'function', function: call }] }
  return {
    id: 'x',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: isDone ? 'stop' : 'tool_calls' }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  }
}
