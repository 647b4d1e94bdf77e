import { BosunError, type RunConfig } from '@bosun/core'
import { machineSandbox, type SandboxProbe } from './probe-sandbox.ts'

/**
 * Refuses a run whose config requires more than there is, before anything of it is started.
 *
 * @param sandbox what the machine offers; for tests of machines that are not at hand
 * @throws ISOLATION_UNAVAILABLE
 */
export function assertContainment(
  { containment, isolation }: Pick<RunConfig, 'containment' | 'isolation'>,
  sandbox: () => SandboxProbe = machineSandbox,
): void {
  if (containment !== 'namespace') return
  const expected = 'hosts in namespaces of their own, by containment: namespace'
  if (isolation === 'inline') {
    const received = 'workers inside of this process, by isolation: inline'
    throw new BosunError('ISOLATION_UNAVAILABLE', { at: 'containment', expected, received })
  }
  const { lack } = sandbox()
  if (lack !== undefined) {
    throw new BosunError('ISOLATION_UNAVAILABLE', { at: 'containment', expected, received: lack.detail })
  }
}
