import { BosunError, type McpOutput } from '@bosun/sdk'
import type { CallToolResult } from '@modelcontextprotocol/client'

type Content = CallToolResult['content'][number]
type Attachment = McpOutput['attachments'][number]

/** Characters that an error quotes of what a server says. */
const QUOTED_LENGTH_MAX = 1_000
/** Control bytes, the escape among them, and invisible marks that reorder text; not line ends and tabs. */
const UNSHOWABLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/gu

/**
 * An answer of a server, within bounds: text is cut, attachments that do not fit are left out.
 *
 * @throws TOOL_FAILED where the server says so, and for structured data that is too large to be taken whole
 */
export function callOutput(at: string, result: CallToolResult, bytesMax: number): McpOutput {
  const whole = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  if (result.isError === true)
    throw new BosunError('TOOL_FAILED', { at, received: shown(whole) || 'an error without a text' })
  const structured = result.structuredContent as McpOutput['structured']
  const structuredBytes = structured === undefined ? 0 : Buffer.byteLength(JSON.stringify(structured))
  if (structuredBytes > bytesMax) {
    throw new BosunError('TOOL_FAILED', {
      at,
      expected: `structured data of at most ${bytesMax} bytes`,
      received: `${structuredBytes} bytes`,
    })
  }
  const text = cut(whole, bytesMax)
  let left = bytesMax - Buffer.byteLength(text)
  const all = result.content.flatMap(attachmentOf)
  const attachments = all.filter((attachment) => (left -= Buffer.byteLength(JSON.stringify(attachment))) >= 0)
  return {
    text,
    ...(structured === undefined ? {} : { structured }),
    attachments,
    truncated: text !== whole || attachments.length < all.length,
  }
}

/** A text of a server for a message: nothing unseen, bounded. */
export function shown(text: string): string {
  const plain = text.slice(0, QUOTED_LENGTH_MAX).replaceAll(UNSHOWABLE, '').trim()
  return text.length > QUOTED_LENGTH_MAX ? `${plain} …` : plain
}

// Private

function cut(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= bytesMax) return text
  let end = bytesMax
  // Back to where a whole character ends.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}

function attachmentOf(part: Content): Attachment[] {
  switch (part.type) {
    case 'text':
      return []
    case 'image':
    case 'audio':
      return [{ kind: part.type, mimeType: part.mimeType, base64: part.data }]
    case 'resource_link':
      return [{ kind: 'link', uri: part.uri, ...mimeOf(part) }]
    case 'resource': {
      const { resource } = part
      const content = 'text' in resource ? { text: resource.text } : { base64: resource.blob }
      return [{ kind: 'resource', uri: resource.uri, ...mimeOf(resource), ...content }]
    }
    default:
      return []
  }
}

function mimeOf({ mimeType }: { readonly mimeType?: string | undefined }): { mimeType?: string } {
  return mimeType === undefined ? {} : { mimeType }
}
