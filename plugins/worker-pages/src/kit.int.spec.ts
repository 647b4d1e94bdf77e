import { describeWorker } from 'bosun/testing'
import { indexWriter } from './index-writer.ts'
import { pageWriter } from './page-writer.ts'

describeWorker(pageWriter)
describeWorker(indexWriter)
