import type { Json } from '@bosun/core'

/** A value of the AI SDK as plain JSON: bytes as base64 text, dates and addresses as text. */
export function plainJson(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) =>
      member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member,
    ),
  ) as Json
}
