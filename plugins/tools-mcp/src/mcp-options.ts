import { isAbsolute } from 'node:path'
import { z } from 'zod'

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
const hash = z.string().regex(/^sha256-[0-9a-f]{64}$/, 'a hash as the message about the server shows it')

const common = {
  /** The only tools of the server that there are, by its own names for them. Default: all that it offers. */
  tools: z.array(z.string().min(1)).min(1).optional(),
  /**
   * What was approved: the hash of the list of all its tools, or, to be told at load which tool changed, the
   * hash of each. Without it the server is not used; the message says what to write (with `{}`, in the second form).
   */
  pin: z.union([hash, z.record(z.string(), hash)], { error: 'a hash sha256-…, or one per tool' }).optional(),
  /**
   * Believes the server where it says that a tool only reads. Default: every call counts as one that changes
   * something somewhere.
   */
  trustHints: z.boolean().default(false),
  /** For the start of the server, its greeting and its list. */
  connectTimeoutMs: z.int().min(1).max(600_000).default(30_000),
  /** For one call. */
  callTimeoutMs: z.int().min(1).max(3_600_000).default(60_000),
  /** Bytes that are kept of an answer. */
  outputBytesMax: z
    .int()
    .min(1_024)
    .max(8 * 1024 * 1024)
    .default(1024 * 1024),
}

/** A server that is a program, spoken to over its standard input and output. */
const StdioServerSchema = z.strictObject({
  /** A bare name, which is looked up in PATH, or an absolute path. */
  command: z
    .string()
    .min(1)
    .refine((text) => isAbsolute(text) || !/[/\\]/.test(text), 'a bare name or an absolute path'),
  args: z.array(z.string()).default([]),
  /**
   * Variables of this process that the server gets, beside PATH and LANG. HOME and TMPDIR are a folder of its own,
   * which is gone afterwards, unless they are named here.
   */
  env: z.array(variable).default([]),
  ...common,
})

/** A server that is reached over streamable HTTP. */
const HttpServerSchema = z.strictObject({
  /** https, or http on this machine. */
  url: z.string().refine(isProtected, 'an https address, or an http address of this machine'),
  /** Headers of every request: the variables of this process that hold their values, by the names of the headers. */
  headersFrom: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i, 'a header'), variable).default({}),
  ...common,
})

const ServerSchema = z.union([StdioServerSchema, HttpServerSchema], {
  error: '{ command, args, env } or { url, headersFrom }, with tools, pin and limits',
})

/** What a config says about MCP servers. Servers that it does not name are not there, wherever they are listed. */
export const McpOptionsSchema = z.strictObject({
  servers: z.record(
    z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a name of lower-case letters, digits and single dashes'),
    ServerSchema,
  ),
})

export type ServerOptions = z.infer<typeof ServerSchema>
export type StdioServerOptions = z.infer<typeof StdioServerSchema>
export type HttpServerOptions = z.infer<typeof HttpServerSchema>

// Private

function isProtected(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}
