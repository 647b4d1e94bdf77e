import { describeTool } from 'bosun/testing'
import { deleteFiles, editFiles, listFiles, moveFiles, readFiles, searchFiles, writeFiles } from './file-tools.ts'

const files = { 'a/one.txt': 'one\ntwo\n' }
const path = 'a/one.txt'

describeTool(readFiles, {
  examples: [{ input: { path }, files, deniedBy: 'b/**' }],
  failures: [
    { input: { path: 'nothing' }, code: 'FILE_NOT_FOUND' },
    { input: { path: '../a' }, code: 'FILE_REFUSED' },
    { input: { path, maxBytes: 1 }, files, code: 'FILE_TOO_LARGE' },
  ],
})
describeTool(listFiles, {
  examples: [{ input: { path: 'a' }, files }],
  failures: [{ input: { path: 'nothing' }, code: 'FILE_NOT_FOUND' }],
})
describeTool(searchFiles, {
  examples: [{ input: { path: 'a', text: 'two' }, files, allowedBy: 'a/**', deniedBy: 'b/**' }],
  failures: [{ input: { path: 'a', text: '(', isPattern: true }, files, code: 'TOOL_INPUT_INVALID' }],
})
describeTool(writeFiles, {
  examples: [{ input: { path: 'out/a.txt', text: 'x' }, allowedBy: 'out/**' }],
  failures: [{ input: { path: '.git/config', text: 'x' }, code: 'FILE_REFUSED' }],
})
describeTool(editFiles, {
  examples: [{ input: { path, oldText: 'one', newText: 'three' }, files }],
  failures: [{ input: { path, oldText: 'four', newText: '' }, files, code: 'FILE_EDIT_MISMATCH' }],
})
describeTool(moveFiles, {
  examples: [{ input: { from: path, to: 'a/two.txt' }, files, allowedBy: 'a/**' }],
  failures: [{ input: { from: 'nothing', to: 'a/two.txt' }, files, code: 'FILE_NOT_FOUND' }],
})
describeTool(deleteFiles, {
  examples: [{ input: { path }, files, output: { bytes: 8 } }],
  failures: [{ input: { path: 'nothing' }, code: 'FILE_NOT_FOUND' }],
})
