import { describe, expect, it } from 'vitest'
import { curvePath } from './curve-path.ts'
import { wheelLayout } from './wheel-layout.ts'

describe('wheelLayout', () => {
  it('shares the rim by weight, with a gap only between folders', () => {
    const nodes = ['a/1', 'a/2', 'b/1'].map((path, at) => ({ path, weight: at === 2 ? 2 : 1 }))
    const { places } = wheelLayout(nodes, [], 100)
    const [one, two, three] = places
    expect(one?.end).toBe(two?.start)
    expect(two?.end).toBeLessThan(three?.start ?? 0)
    expect(three?.end).toBeLessThan(2 * Math.PI)
    const sizes = places.map(({ start, end }) => end - start)
    expect((sizes[2] ?? 0) / (sizes[0] ?? 1)).toBeCloseTo(2)
  })

  it('leads a link through the folders of both ends', () => {
    const nodes = ['a/x/1', 'a/y/1', 'b/1'].map((path) => ({ path, weight: 1 }))
    const { curves } = wheelLayout(
      nodes,
      [
        { from: 0, to: 1 },
        { from: 0, to: 2 },
      ],
      100,
    )
    // Ends, then the folders: a/x, a, a/y; and a/x, a, the root, b.
    expect(curves.map(({ points }) => points.length)).toEqual([5, 6])
  })

  it('draws a single node and no link', () => {
    const { places } = wheelLayout([{ path: '.', weight: 1 }], [], 100)
    expect(places.length).toBe(1)
  })
})

describe('curvePath', () => {
  it('begins and ends at the outer points', () => {
    const path = curvePath([
      { x: 0, y: 0 },
      { x: 50, y: 50 },
      { x: 100, y: 0 },
    ])
    expect(path.startsWith('M0 0C')).toBe(true)
    expect(path.endsWith(' 100 0')).toBe(true)
  })

  it('draws two points as a line', () => {
    expect(
      curvePath([
        { x: 0, y: 0 },
        { x: 9, y: 0 },
      ]),
    ).toBe('M0 0L9 0')
  })
})
