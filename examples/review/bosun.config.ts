import { defineConfig } from 'bosun'
import { planExecuteReview } from './plan-execute-review.ts'

const { OUTLINER, WRITER, REVIEWER } = process.env

export default defineConfig({
  plugins: ['./workers.ts'],
  manager: planExecuteReview,
  // A module of a package that the install brought; --goal names another one below code/.
  goal: 'internal/operators/pairwise.ts',
  mounts: { code: '../../node_modules/rxjs/src' },
  skills: ['./skills'],
  // Three models. Without a key they play script.json; WRITER=openai:gpt-5-mini names a real one.
  models: {
    outliner: OUTLINER ?? 'scripted:outliner',
    writer: WRITER ?? 'scripted:writer',
    reviewer: REVIEWER ?? 'scripted:reviewer',
  },
  providers: {
    openai: { kind: 'openai' },
    anthropic: { kind: 'anthropic' },
    // Any server that speaks chat completions: Ollama, vLLM, llama.cpp.
    local: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1' },
    scripted: { kind: 'scripted', file: 'script.json' },
  },
  limits: { tokensMax: 300_000, attemptTokensMax: 60_000 },
})
