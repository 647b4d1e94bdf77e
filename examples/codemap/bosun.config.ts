import { defineConfig } from 'bosun'
import { survey } from './survey.ts'

/** Who sums up folders: `openai:gpt-5-mini`, or `scripted:summary` to see it offline. Without one, no model is asked. */
const { SUMMARY: summary } = process.env

export default defineConfig({
  plugins: [{ use: '@bosun/worker-codemap', ...(summary ? { options: { model: 'summary' } } : {}) }],
  ...(summary ? { models: { summary }, providers: { scripted: { kind: 'scripted', file: 'script.json' } } } : {}),
  manager: survey,
  // The code base is mounted read-only as `code/`; --goal PATH names another one.
  goal: { kind: 'folder', mount: 'code', default: '../../node_modules/rxjs/src' },
  limits: { slotsMax: 4, fanOutMax: 10_000 },
})
