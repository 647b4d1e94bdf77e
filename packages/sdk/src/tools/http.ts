import { z } from 'zod'
import { declareTool } from './define-tool.ts'
import { HTTP_METHODS, httpRules } from './http-rules.ts'

/**
 * Fetches one address over http or https.
 *
 * Nothing is granted by itself: a rule names what may be reached, and addresses of the machine and its
 * networks are refused whatever the rules say, unless the plugin is configured to allow them. A redirect is
 * followed at most three times, each judged like a call of its own; headers of the call stay with its origin.
 * A body above the limit is cut, and the output says so.
 *
 * Rules are prefixes: `http.fetch(https://api.example.com/v1/**)` covers GET and HEAD,
 * `http.fetch(POST https://api.example.com/v1/items)` that method; see `httpRules`.
 *
 * Errors: HTTP_REFUSED (an address, a redirect or a header that is not allowed), TOOL_FAILED (no answer). An
 * answer with any status is no error.
 *
 * @example
 * defineWorker({ tools: { fetch: http.fetch('https://example.com/**') },
 *   run: async (_, { tools }) => (await tools.fetch({ url: 'https://example.com/' })).text, … })
 */
const fetch = declareTool({
  name: 'http.fetch',
  summary: 'Fetches an address over HTTP.',
  access: 'effect',
  input: z.strictObject({
    url: z.string().min(1).max(8192),
    /** Default GET. */
    method: z.enum(HTTP_METHODS).optional(),
    headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i), z.string().max(8192)).optional(),
    /** Text, sent as UTF-8. */
    body: z
      .string()
      .max(16 * 1024 * 1024)
      .optional(),
    /** Bytes that are read of the answer, and that it may have once it is decompressed. Default 1 MiB, at most 16 MiB. */
    bytesMax: z
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .optional(),
    /** For everything, redirects included. Default 30,000, at most 10 minutes. */
    timeoutMs: z
      .int()
      .min(1)
      .max(10 * 60 * 1000)
      .optional(),
  }),
  output: z.strictObject({
    status: z.int(),
    /** The address that answered: after redirects another one than that of the call. */
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    /** The body: text where its type says so, else base64. */
    text: z.string(),
    encoding: z.enum(['utf8', 'base64']),
    /** Bytes of the body that were read, decompressed. */
    bytes: z.int(),
    truncated: z.boolean(),
    redirects: z.int(),
    ms: z.int(),
  }),
  covers: httpRules,
})

/** The tool that fetches, as a value: `tools: { docs: http.fetch('https://example.com/docs/**') }`. */
export const http = { fetch }
