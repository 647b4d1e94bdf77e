import { runHarness } from './harness.ts'

process.exitCode = await runHarness(process.argv.slice(2), {
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  onInterrupt(take) {
    // The second one is for the platform, which ends the process.
    process.once('SIGINT', take)
    return () => process.off('SIGINT', take)
  },
})
