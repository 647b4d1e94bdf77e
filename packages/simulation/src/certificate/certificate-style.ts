/** The style of a certificate's page; light or dark as the reader has it. */
export const CERTIFICATE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1b2130; --soft: #5f6879; --line: #dfe3ea; --faint: #eceff4;
  --accent: #2f5fc4; --accent-soft: #a9c0ee; --good: #1e7d52; --wrong: #c22f47;
  --part0: #2f5fc4; --part1: #c96a12; --part2: #17806f; --part3: #a5427f; --inside: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12151c; --card: #191d27; --ink: #e7eaf2; --soft: #98a1b5; --line: #2c3240; --faint: #222734;
    --accent: #86a8ff; --accent-soft: #34497f; --good: #5cc894; --wrong: #ff6b7d;
    --part0: #86a8ff; --part1: #f0a24f; --part2: #4fc4b0; --part3: #e58cc0; --inside: #12151c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0 0 2px; font-weight: 650; }
p { margin: 0; }
.soft { color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-top: 18px; padding: 18px 20px; overflow-x: auto; }
section > p { color: var(--soft); margin-bottom: 12px; max-width: 66ch; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: 6px 0; border-top: 1px solid var(--faint); }
li:first-child { border-top: 0; }
li.held b { color: var(--good); } li.broken b { color: var(--wrong); }
li small { display: block; color: var(--soft); overflow-wrap: anywhere; }
svg { display: block; width: 100%; min-width: 560px; height: auto; margin: 4px 0 8px; font: 12px system-ui, sans-serif; }
svg text { fill: var(--soft); }
svg .group { fill: var(--ink); font-weight: 600; }
svg .label { text-anchor: end; } svg .scale, svg .inside { text-anchor: middle; }
svg .value, svg .scale { font-variant-numeric: tabular-nums; }
svg .inside { fill: var(--inside); font-weight: 600; }
svg .grid { stroke: var(--faint); } svg .base { stroke: var(--line); stroke-width: 2; }
svg .whisker { stroke: var(--accent-soft); stroke-width: 2; } svg .tick { stroke: var(--accent); stroke-width: 2; }
svg .spread { fill: var(--accent-soft); } svg .dot { fill: var(--accent); stroke: var(--card); stroke-width: 1.5; }
svg .hit { fill: transparent; } svg g:hover .hit { fill: var(--faint); }
svg .part0 { fill: var(--part0); } svg .part1 { fill: var(--part1); } svg .part2 { fill: var(--part2); } svg .part3 { fill: var(--part3); }
svg .mark { stroke: var(--ink); stroke-width: 2; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; margin-bottom: 6px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; }
.legend .k0 { background: var(--part0); } .legend .k1 { background: var(--part1); }
.legend .k2 { background: var(--part2); } .legend .k3 { background: var(--part3); }
.legend .k4 { background: var(--ink); width: 2px; height: 13px; border-radius: 0; vertical-align: -2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 0 4px 16px; border-top: 1px solid var(--faint); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; border-top: 0; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 5.5em; }
details { margin-top: 8px; } summary { cursor: pointer; color: var(--soft); font-size: 13.5px; }
`
