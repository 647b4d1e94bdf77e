import { defineConfig } from 'vitest/config'
import base from '../../vitest.base.ts'

/** `module` is for bundlers: what OpenTelemetry keeps there does not run on Node, which never asks for it. */
const conditions = ['@bosun/source', 'node', 'development|production']

export default defineConfig({
  ...base,
  resolve: { conditions },
  ssr: { ...base.ssr, resolve: { ...base.ssr?.resolve, conditions } },
})
