import { describeWorker } from 'bosun/testing'
import { symbolRenamer } from './symbol-renamer.ts'
import { syntaxRewriter } from './syntax-rewriter.ts'

// Its parser is a native addon, which only a trusted plugin may load.
const plugin = { use: '..', trusted: true }

// It loads its parsers when it first needs them, which simulated time cannot wait for.
describeWorker(syntaxRewriter, { plugin, check: false })
describeWorker(symbolRenamer, { plugin, check: false })
