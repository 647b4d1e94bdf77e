import { describe, expect, it } from 'vitest'
import { probeSandbox } from './probe-sandbox.ts'

const machine = (works: readonly string[]) => (command: string) => ({ ok: works.includes(command) })

describe('probeSandbox', () => {
  it.each([
    ['nothing', [], undefined, false],
    ['namespaces alone', ['unshare'], undefined, true],
    ['bubblewrap', ['unshare', '/usr/bin/bwrap'], '/usr/bin/bwrap', true],
    ['bubblewrap in another place', ['unshare', '/usr/local/bin/bwrap'], '/usr/local/bin/bwrap', true],
    ['bubblewrap without namespaces', ['/usr/bin/bwrap'], '/usr/bin/bwrap', false],
  ])('H26: says what holds and what is open on a machine with %s', (_, works, bubblewrap, userNamespaces) => {
    const probe = probeSandbox(machine(works as string[]))
    expect(probe).toMatchObject({ permissions: true, bubblewrap, userNamespaces })
    // What hosts are started with is told as it is, whatever the machine could do.
    expect(probe.sandbox).toMatch(/^node-permission/)
    expect(probe.open.some((sentence) => sentence.startsWith('Signals'))).toBe(true)
    expect(probe.open.some((sentence) => sentence.startsWith('Namespaces'))).toBe(!userNamespaces)
  })

  it('asks the real machine without failing', () => {
    expect(probeSandbox().sandbox).toMatch(/^node-permission/)
  })
})
