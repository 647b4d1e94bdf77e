import { describeWorker } from 'bosun/testing'
import { symbolRenamer } from './symbol-renamer.ts'
import { syntaxRewriter } from './syntax-rewriter.ts'

// Its parser is a native addon, which only a trusted plugin may load.
const plugin = { use: '..', trusted: true }

describeWorker(syntaxRewriter, { plugin })
describeWorker(symbolRenamer, { plugin })
