import { createHash } from 'node:crypto'
import { BosunError, mcpToolName } from '@bosun/sdk'
import type { Tool } from '@modelcontextprotocol/client'
import { canonicalJson } from './canonical-json.ts'

/** What was approved: a hash of the list, or one per tool. */
export type Pin = string | Readonly<Record<string, string>>

/** The tools that a server offers, as they are approved: all that it says of each, in no order. */
export interface ToolList {
  readonly hash: string
  readonly tools: readonly Tool[]
  /** Hashes of the tools by their names. */
  readonly byName: ReadonlyMap<string, string>
  /** Why nobody could tell its tools apart by their names; such a list cannot be approved. */
  readonly faults: readonly string[]
}

/** Names and faults that a message quotes. */
const QUOTED_MAX = 20

/** Reads the list that a server tells. */
export function toolList(tools: readonly Tool[]): ToolList {
  const texts = tools.map((tool) => ({ tool, text: canonicalJson(tool) }))
  // The same list in another order is the same list.
  texts.sort((one, other) => compare(one.tool.name, other.tool.name) || compare(one.text, other.text))
  return {
    hash: hashOf(`[${texts.map(({ text }) => text).join(',')}]`),
    tools: texts.map(({ tool }) => tool),
    byName: new Map(texts.map(({ tool, text }) => [tool.name, hashOf(text)])),
    faults: faultsOf(tools.map(({ name }) => name)),
  }
}

/** Whether the list is what was approved. */
export function isPinned(list: ToolList, pin: Pin | undefined): boolean {
  if (pin === undefined || list.faults.length > 0) return false
  if (typeof pin === 'string') return pin === list.hash
  return (
    Object.keys(pin).length === list.byName.size &&
    Object.entries(pin).every(([name, hash]) => list.byName.get(name) === hash)
  )
}

/**
 * What to tell of a list that is not what was approved.
 *
 * @param approved the list itself, where it was seen
 */
export function changedList(server: string, list: ToolList, pin: Pin | undefined, approved?: ToolList): BosunError {
  const known = approved?.byName ?? (typeof pin === 'object' ? new Map(Object.entries(pin)) : undefined)
  const changes = known === undefined ? [offered(list)] : differences(known, list, approved)
  return new BosunError('MCP_CHANGED', {
    at: `mcp.${server}`,
    ...(pin === undefined ? { summary: `Nobody has approved the tools of the MCP server ${server} yet` } : {}),
    expected: pin === undefined ? 'a pin' : typeof pin === 'string' ? pin : 'the tools that are pinned',
    received: `${list.hash}: ${[...list.faults, ...changes].slice(0, QUOTED_MAX).join('; ')}`,
    fix:
      list.faults.length > 0
        ? 'This list cannot be approved; ask whoever makes the server.'
        : `Look at its tools; if you trust them, write pin: ${pinOf(list, pin)} into the config.`,
  })
}

// Private

/** In the form in which the config has it already. */
function pinOf(list: ToolList, pin: Pin | undefined): string {
  return typeof pin === 'object' ? JSON.stringify(Object.fromEntries(list.byName)) : `'${list.hash}'`
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('hex')}`
}

function faultsOf(names: readonly string[]): string[] {
  const faults: string[] = []
  const folded = new Map<string, string>()
  for (const name of names) {
    const twin = folded.get(name.toLowerCase())
    if (twin !== undefined) faults.push(`two tools named ${quoted(twin)} and ${quoted(name)}`)
    folded.set(name.toLowerCase(), name)
    try {
      mcpToolName('x', name)
    } catch {
      faults.push(`a tool named ${quoted(name)}`)
    }
  }
  return faults
}

function offered({ tools }: ToolList): string {
  const names = tools.map(({ name }) => quoted(name))
  const more = names.length > QUOTED_MAX ? ` and ${names.length - QUOTED_MAX} more` : ''
  return `${names.length} tools: ${names.slice(0, QUOTED_MAX).join(', ')}${more}`
}

function differences(known: ReadonlyMap<string, string>, list: ToolList, approved: ToolList | undefined): string[] {
  const removed = [...known.keys()].filter((name) => !list.byName.has(name)).map((name) => `${quoted(name)} is gone`)
  const others = list.tools.flatMap((tool) => {
    const before = known.get(tool.name)
    if (before === undefined) return [`${quoted(tool.name)} is new`]
    if (before === list.byName.get(tool.name)) return []
    const old = approved?.tools.find(({ name }) => name === tool.name)
    return [`${quoted(tool.name)} changed${old === undefined ? '' : ` (${changedMembers(old, tool).join(', ')})`}`]
  })
  return [...removed, ...others]
}

function changedMembers(one: Tool, other: Tool): string[] {
  const members = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...members].filter((member) => textOf(one, member) !== textOf(other, member)).map(quoted)
}

function textOf(tool: Tool, member: string): string {
  return canonicalJson((tool as Readonly<Record<string, unknown>>)[member])
}

/** A text of the server for a message: every character that is not plain ASCII is seen for what it is. */
function quoted(text: string): string {
  const plain = text.slice(0, 128).replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
  return JSON.stringify(plain).replaceAll('\\\\u{', '\\u{')
}
