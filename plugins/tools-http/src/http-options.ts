import { isIP } from 'node:net'
import { z } from 'zod'

/** `127.0.0.1:8080` or `[::1]:8080` as an address and a port. */
function readEndpoint(text: string): { readonly address: string; readonly port: number } | undefined {
  const [, address = '', port = ''] = /^\[?([0-9a-f.:]+?)\]?:(\d{1,5})$/i.exec(text) ?? []
  return isIP(address) === 0
    ? undefined
    : { address: new URL(`http://${bracketed(address)}`).hostname, port: Number(port) }
}

/** An address as it stands in a URL. */
export function bracketed(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address
}

/** What a config says about fetching. */
export const HttpOptionsSchema = z.strictObject({
  /**
   * Addresses of this machine or its networks that may be reached none the less, each with its port:
   * `127.0.0.1:8080`, `[::1]:8080`. Rules have to grant them as well. Default: none.
   */
  allowPrivate: z
    .array(
      z.string().transform((text, context) => {
        const endpoint = readEndpoint(text)
        if (endpoint !== undefined) return `${endpoint.address}:${endpoint.port}`
        context.addIssue({ code: 'custom', message: 'an address and a port: 127.0.0.1:8080' })
        return z.NEVER
      }),
    )
    .default([]),
})
export type HttpOptions = z.infer<typeof HttpOptionsSchema>
