export { corpusPath } from './corpora.ts'
