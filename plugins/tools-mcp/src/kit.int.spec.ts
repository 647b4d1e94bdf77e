import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeTool } from 'bosun/testing'
import { afterAll } from 'vitest'
import { toolsMcp } from './plugin.ts'
import { offered } from './servers.fixture.ts'
import { toolList } from './tool-list.ts'

const folder = mkdtempSync(join(tmpdir(), 'bosun-mcp-kit-'))
const [file, log] = [join(folder, 'tools.json'), join(folder, 'log')]
const schema = { type: 'object', properties: { planet: { type: 'string' } }, required: ['planet'] }
const tools = [offered('echo', { inputSchema: { ...schema, additionalProperties: false } })]
writeFileSync(file, JSON.stringify(tools))

const child = join(import.meta.dirname, 'server-child.fixture.ts')
const command = { command: process.execPath, args: ['--conditions=@bosun/source', child, file, log] }
const { hash: pin } = toolList(tools as never)
const plugin = await toolsMcp.create({ servers: { one: { ...command, pin } } })
// Its server ends with this process.
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [echo] = plugin.tools
if (echo === undefined) throw new Error('the server offers nothing')
describeTool(echo, {
  examples: [{ input: { planet: 'mars' }, output: { text: '{"planet":"mars"}', attachments: [], truncated: false } }],
})
