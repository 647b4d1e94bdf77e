import { describeWorker } from 'bosun/testing'
import { scanFolder } from './scan-folder.ts'
import { folderSummariser } from './summarise-folder.ts'
import { writeMap } from './write-map.ts'

describeWorker(scanFolder)
describeWorker(writeMap)
describeWorker(folderSummariser('summary'), { plugin: { use: '..', options: { model: 'summary' } } })
