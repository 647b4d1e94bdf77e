/** A provider on a real socket that answers as a test says: for what goes wrong on the wire. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: { readonly [key: string]: unknown }
  /** Settles when the connection of the request is closed before its answer was complete. */
  readonly cut: Promise<void>
}

export interface FakeProvider extends AsyncDisposable {
  readonly url: string
  readonly seen: SeenRequest[]
  /** Settles when the request of this number, from 0, has come. */
  arrived(index: number): Promise<SeenRequest>
}

/** @param answer gets the number of the request, from 0 */
export async function fakeProvider(
  answer: (response: ServerResponse, index: number, request: SeenRequest) => void,
): Promise<FakeProvider> {
  const seen: SeenRequest[] = []
  const awaited = new Map<number, PromiseWithResolvers<SeenRequest>>()
  const arrival = (index: number) => {
    const entry = awaited.get(index) ?? Promise.withResolvers<SeenRequest>()
    awaited.set(index, entry)
    return entry
  }
  const server = createServer((request, response) => {
    const cut = Promise.withResolvers<void>()
    response.on('close', () => !response.writableFinished && cut.resolve())
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as SeenRequest['body']
      const one = { path: request.url ?? '', headers: request.headers, body, cut: cut.promise }
      const index = seen.push(one) - 1
      arrival(index).resolve(one)
      answer(response, index, one)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    arrived: (index) => arrival(index).promise,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Begins a stream of server-sent events, and sends some of them. */
export function events(response: ServerResponse, values: readonly unknown[]) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const value of values) response.write(`data: ${JSON.stringify(value)}\n\n`)
}

const chatUsage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 }

/** A whole answer of chat completions. */
export function chatAnswer(content: string, usage: typeof chatUsage | undefined = chatUsage) {
  return {
    id: 'chat-1',
    model: 'm',
    created: 1,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage,
  }
}

const chatPart = (delta: unknown, finish: string | null) => ({
  id: 'chat-1',
  model: 'm',
  created: 1,
  choices: [{ index: 0, delta, finish_reason: finish }],
})

/** The parts of a stream of chat completions; the last one ends the answer. */
export function chatParts(content: string) {
  return [
    chatPart({ role: 'assistant', content: content.slice(0, 3) }, null),
    chatPart({ content: content.slice(3) }, null),
    { ...chatPart({}, 'stop'), usage: chatUsage },
  ]
}
