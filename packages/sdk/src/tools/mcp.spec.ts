import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { mcp, mcpToolName } from './mcp.ts'
import { parseRule } from './rule.ts'

it.each([
  ['read_text_file', 'mcp.files.read_text_file'],
  ['getTime', 'mcp.files.getTime'],
  ['a.b-c', 'mcp.files.a.b-c'],
  ['_list', 'mcp.files.hex:5f6c697374'],
  ['a/b', 'mcp.files.hex:612f62'],
])('names the tool %s %s', (tool, name) => {
  const use = mcp('files').tool(tool)
  expect(use()).toEqual({ tool: name, access: 'effect' })
  expect(use.declaration).toMatchObject({ name, summary: tool })
})

it('H5, H9: no two tools share a name, and every name can stand in a rule', () => {
  const server = fc.stringMatching(/^[a-z0-9]{1,4}(-[a-z0-9]{1,2})?$/)
  const tool = fc.string({
    unit: fc.constantFrom(...'abAB01_.-/'.split('')),
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(server, tool, server, tool, (server1, tool1, server2, tool2) => {
      const [one, other] = [mcpToolName(server1, tool1), mcpToolName(server2, tool2)]
      expect(one === other).toBe(server1 === server2 && tool1 === tool2)
      expect(parseRule(one)).toEqual({ tool: one, specifier: undefined })
    }),
    { numRuns: 1_000 },
  )
})

it.each(['', 'a b', 'а', 'a\u200bb', 'a\nb', 'a\u0000', 'ｒead', 'a:b', 'hex:61', 'a(b)', 'x'.repeat(129)])(
  'H9: refuses a tool named %j',
  (tool) => {
    expect(() => mcpToolName('files', tool)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
  },
)

it.each(['', 'Files', 'a.b', 'a--b', '-a', 'a_b', 'аbc', 'a b'])('H9: refuses a server named %j', (server) => {
  expect(() => mcpToolName(server, 'x')).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
})
