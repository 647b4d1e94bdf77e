import { BosunError } from '@bosun/core'
import { certificateHtml, certificateText, certify, loadSubject } from '@bosun/simulation'
import type { CheckedModule, CheckFlags } from './check-flags.ts'
import { paintOf, print, printJson, type Cli } from './cli.ts'
import { CHECK_EXIT, type CheckExitCode } from './exit-codes.ts'
import { startingNotice } from './render/starting-notice.ts'
import { writePage } from './write-page.ts'

/** Measures a strategy against theory; the exit code says whether what it declares was broken. */
export async function printCertificate(
  cli: Cli,
  { named, url }: CheckedModule,
  { seed, schedules, html, json }: CheckFlags,
): Promise<CheckExitCode> {
  const { subject } = await loadSubject(url)
  if (subject.kind !== 'strategy') {
    const fix = 'Certificates are of strategies; check it without --certificate.'
    throw new BosunError('SUBJECT_INVALID', { at: named, expected: 'a strategy', received: `a ${subject.kind}`, fix })
  }
  const taken = startingNotice(`measuring ${subject.strategy.name} …`, cli.terminal, paintOf(cli))
  const certificate = certify(subject.strategy, {
    ...(seed === undefined ? {} : { seed }),
    ...(schedules === undefined ? {} : { schedules }),
  })
  taken()
  if (json === true) await printJson(cli, certificate)
  else await print(cli, [certificateText(certificate).trimEnd()])
  if (html !== undefined) await writePage(cli, html, certificateHtml(certificate))
  const isBroken = certificate.guarantees.some(({ declared, verdict }) => declared && verdict === 'broken')
  return isBroken || certificate.world.violations > 0 ? CHECK_EXIT.safety : CHECK_EXIT.pass
}
