import { describe, expect, it } from 'vitest'
import { assertContainment } from './assert-containment.ts'
import { machine, MACHINES, MISSING, WORKS } from './machines.fixture.ts'
import { probeSandbox, type ProbeAnswer } from './probe-sandbox.ts'

/** The code and words that a run is refused with. */
function refusalOf(
  answer: ProbeAnswer,
  containment: 'namespace' | 'permissions',
  isolation: 'process' | 'inline' = 'process',
): string {
  try {
    assertContainment({ containment, isolation }, () => probeSandbox(machine(answer), true))
    return ''
  } catch (error) {
    return `${(error as { code: string }).code} ${String(error)}`
  }
}

describe('probeSandbox', () => {
  it.each(MACHINES)('H26: says what holds and what is open on a machine %s', (_, answer, kind, detail) => {
    const probe = probeSandbox(machine(answer), true)
    expect(probe.lack?.kind).toBe(kind)
    expect(probe.bubblewrap).toBe(kind === undefined ? '/usr/bin/bwrap' : undefined)
    expect(probe.sandbox).toContain('node-permission')
    expect(probe.sandbox.startsWith('bubblewrap, ')).toBe(kind === undefined)
    expect(probe.sandbox).toContain(kind === undefined ? 'memory-limit' : `no namespaces (${detail}`)
    const topics = probe.open.map((sentence) => sentence.split(':')[0])
    expect(topics).toEqual([...(kind === undefined ? [] : ['Signals']), 'Processor time'])
  })

  it.each(MACHINES)(
    'H26: containment: namespace refuses to run on a machine %s, or runs',
    (_, answer, kind, detail) => {
      const refusal = refusalOf(answer, 'namespace')
      expect(refusal).toContain(detail)
      expect(refusal.startsWith('ISOLATION_UNAVAILABLE')).toBe(kind !== undefined)
      expect(refusalOf(answer, 'permissions')).toBe('')
      // Workers of this process have no namespace of their own, whatever the machine could do.
      expect(refusalOf(answer, 'namespace', 'inline')).toMatch(
        /^ISOLATION_UNAVAILABLE .*workers inside of this process/,
      )
    },
  )

  it('H26: says a crash and a failure without words as they are, without control bytes', () => {
    const killed = probeSandbox(machine({ status: null, error: 'ETIMEDOUT', errorOutput: '' }))
    expect(killed.lack).toEqual({ kind: 'bubblewrap fails', detail: '/usr/bin/bwrap fails: ETIMEDOUT' })
    const crashed = probeSandbox(machine({ status: 139, errorOutput: '\u001b[31mboom\u0007\n' }))
    expect(crashed.lack?.detail).toBe('/usr/bin/bwrap fails: [31mboom')
  })

  it('says that the network is open where neither Node nor a namespace closes it', () => {
    expect(probeSandbox(machine(MISSING), false).sandbox).toMatch(/; network open$/)
    expect(probeSandbox(machine(MISSING), false).open).toContainEqual(expect.stringMatching(/^Network: /))
    expect(probeSandbox(machine(WORKS), false).sandbox).toBe('bubblewrap, node-permission, memory-limit')
  })

  it('says that memory is open where no limit can be set', () => {
    const probe = probeSandbox(machine(WORKS, MISSING), true)
    expect(probe.sandbox).toBe('bubblewrap, node-permission')
    expect(probe.open).toContainEqual(expect.stringMatching(/^Memory: /))
  })

  it('asks the real machine without failing', () => {
    expect(probeSandbox().sandbox).toContain('node-permission')
  })
})
