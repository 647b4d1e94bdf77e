import { definePlugin } from '@bosun/sdk'
import { symbolRenamer } from './symbol-renamer.ts'
import { syntaxRewriter } from './syntax-rewriter.ts'

export { symbolRenamer } from './symbol-renamer.ts'
export { syntaxRewriter } from './syntax-rewriter.ts'

export default definePlugin({ name: '@bosun/worker-codemod', workers: [syntaxRewriter, symbolRenamer] })
