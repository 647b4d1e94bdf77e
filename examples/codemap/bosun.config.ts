import { defineConfig } from 'bosun'
import { survey } from './survey.ts'

export default defineConfig({
  plugins: ['@bosun/worker-codemap'],
  manager: survey,
  // The code base is mounted read-only as `code/`; --goal PATH names another one.
  goal: { kind: 'folder', mount: 'code', default: '../../node_modules/rxjs/src' },
  limits: { slotsMax: 4, fanOutMax: 10_000 },
})
