import { ndJsonStream, type Stream } from '@agentclientprotocol/sdk'

/** What the session tool takes and answers, as far as a stream needs it. */
type Talk = (
  input: { readonly do: 'receive' } | { readonly do: 'send'; readonly lines: string },
) => Promise<{ readonly lines: readonly string[]; readonly ended?: string | undefined }>

/**
 * The agent's input and output as a stream of messages, over calls of the session tool.
 *
 * @param room resolves when there is room for more requests of the agent
 * @param onEnd told why the agent is gone
 */
export function agentStream(talk: Talk, room: () => Promise<void>, onEnd: (how: string) => void): Stream {
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]
  const fromAgent = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        // One after the other: the next batch is fetched when this one is dealt with.
        // oxlint-disable-next-line no-await-in-loop
        await room()
        // oxlint-disable-next-line no-await-in-loop
        const { lines, ended } = await talk({ do: 'receive' })
        if (lines.length > 0) {
          controller.enqueue(encoder.encode(`${lines.join('\n')}\n`))
          return
        }
        if (ended !== undefined) {
          onEnd(ended)
          controller.close()
          return
        }
      }
    },
  })
  const toAgent = new WritableStream<Uint8Array>({
    async write(chunk) {
      await talk({ do: 'send', lines: decoder.decode(chunk, { stream: true }) })
    },
  })
  return ndJsonStream(toAgent, fromAgent)
}
