import { describe, expect, it } from 'vitest'
import { analyseModule, parsedBytesMax } from './source-module.ts'

const exportsOf = (path: string, text: string): string[] =>
  analyseModule(path, text).exports.map(({ name, kind }) => `${kind} ${name}`)

const importsOf = (path: string, text: string): string[] =>
  analyseModule(path, text).imports.map(({ from, kind, names }) => [kind, from, ...(names ?? [])].join(' '))

describe('analyseModule (M-61)', () => {
  it('records size, exports and imports of a file', () => {
    const text = 'import { from } from "./from.ts";\nexport function of() {}\n'
    expect(analyseModule('of.ts', text)).toEqual({
      path: 'of.ts',
      bytes: 58,
      lines: 2,
      exports: [{ name: 'of', kind: 'function' }],
      imports: [{ from: './from.ts', kind: 'import', names: ['from'] }],
    })
  })

  it('counts bytes in UTF-8, and a last line without a line feed', () => {
    expect(analyseModule('a.ts', '// é\nf()')).toMatchObject({ bytes: 9, lines: 2 })
    expect(analyseModule('a.ts', '')).toMatchObject({ bytes: 0, lines: 0, exports: [] })
  })

  it('names every kind of export', () => {
    const text = `
      export class C {} export abstract class A {} export enum E { a } export interface I {}
      export type T = 1; export namespace N.M {} export const { a, b: [c], ...d } = x, [e = 1] = y;
      export default () => 1; export * from "all"; export * as ns from "ns"; export { q as r } from "q";
      function local() {} export { local, local as renamed };
      import { other } from "other"; export { other };
      export function over(): void; export function over(a?: 1) {}
      export { kept as "a string" }; const kept = 1;
    `
    expect(exportsOf('a.ts', text)).toEqual([
      're-export *',
      'class A',
      'class C',
      'enum E',
      'interface I',
      'namespace N',
      'type T',
      'variable a',
      'variable a string',
      'variable c',
      'variable d',
      'function default',
      'variable e',
      'function local',
      're-export ns',
      're-export other',
      'function over',
      're-export r',
      'function renamed',
    ])
  })

  it('tells a constant from a type of the same name', () => {
    const text = 'export const Clock = 1; export type Clock = 2; export { Both }; const Both = 1; interface Both {}'
    expect(exportsOf('a.ts', text)).toEqual(['interface Both', 'variable Both', 'type Clock', 'variable Clock'])
  })

  it('follows a default export to what it names', () => {
    expect(exportsOf('a.ts', 'class A {} export default A')).toEqual(['class default'])
    expect(exportsOf('a.ts', 'export default 1 + 1')).toEqual(['value default'])
    expect(exportsOf('a.d.ts', 'declare function f(): void; export = f')).toEqual(['function default'])
  })

  it('reads CommonJS members where a file has no export', () => {
    const text = `
      exports.a = 1; module.exports.b = 2; exports["c"] = 3; exports.__esModule = true;
      Object.defineProperty(exports, "d", { value: 4 });
    `
    expect(exportsOf('a.cjs', text)).toEqual(['value a', 'value b', 'value c', 'value d'])
    expect(exportsOf('a.js', 'module.exports = { e, f: 1 }')).toEqual(['value e', 'value f'])
    expect(exportsOf('a.js', 'module.exports = class {}')).toEqual(['value default'])
  })

  it('tells the kinds of import apart and merges those of one specifier', () => {
    const text = `
      import d, { a, b as c } from "x"; import { z } from "x"; import * as all from "y"; import "side";
      import type { T } from "t"; import { type U } from "u"; import { type V, w } from "w";
      export { p } from "p"; export type { Q } from "q"; export * from "r";
      const s = await import("s"); const t = await import(\`t\`); import(name);
      const u = require("u"); require(name); import v = require("v");
      let y: import("yy").A.B; let n: typeof import("n");
    `
    expect(importsOf('a.ts', text)).toEqual([
      'type n *',
      're-export p p',
      'type q Q',
      're-export r *',
      'dynamic s',
      'import side',
      'dynamic t',
      'type t T',
      'require u',
      'type u U',
      'require v *',
      'import w V w',
      'import x a b default z',
      'import y *',
      'type yy A',
    ])
  })

  it.each([
    ['a.tsx', 'export const a = <T,>(x: T) => <b>{x}</b>'],
    ['a.jsx', 'export const a = <b c={1} />'],
    ['a.js', 'export const a = <b/>'],
    ['a.ts', 'export const a = <any>b'],
    ['a.mts', '@sealed export class a { constructor(@inject(T) private b: T) {} accessor c = 1 }'],
    ['a.cts', 'export const a = 1; return'],
    ['a.d.ts', "export const a: number; declare module 'm' { export const b: string }"],
    ['a.d.mts', 'export declare function a(): void'],
    ['a.cjs', 'with (x) {} exports.a = 1; return'],
    ['a.mjs', '#!/usr/bin/env node\nexport const a = await 1'],
    ['a.js', '\uFEFF#!/usr/bin/env node\nexport const a = 1'],
    ['a.js', '// @flow\nexport const a = (x: ?string): {| b: 1 |} => f<T>(x)'],
    ['a.ts', 'let x; let x; export const a = 1'],
  ])('reads the grammar that the name %s asks for: %s', (path, text) => {
    const module = analyseModule(path, text)
    expect(module.error).toBeUndefined()
    expect(module.exports.map(({ name }) => name)).toEqual(['a'])
  })

  it('records a file that does not parse with its message and line', () => {
    expect(analyseModule('bad.ts', 'export const a = 1;\nexport const = {\n')).toEqual({
      path: 'bad.ts',
      bytes: 37,
      lines: 2,
      exports: [],
      imports: [],
      error: { message: 'Unexpected token', line: 2 },
    })
  })

  it('records nesting beyond the stack as an error', () => {
    expect(analyseModule('deep.js', '('.repeat(200_000)).error).toEqual({
      message: 'nested too deeply to parse',
      line: 0,
    })
  })

  it('records a file over the limit without parsing it', () => {
    const module = analyseModule('bundle.js', `"${'x'.repeat(parsedBytesMax)}"`)
    expect(module.error?.message).toBe(`not parsed: ${parsedBytesMax + 2} bytes, the limit is ${parsedBytesMax}`)
  })
})
