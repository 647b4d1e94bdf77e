/** The style of the page, light and dark as the reader's system asks. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d2230; --soft: #626a7c; --line: #dfe1e8; --faint: #eef0f4;
  --wrong: #c5283d; --wrong-soft: #fdecee; --fault: #b86b00; --fault-soft: #f9a03f; --blue: #2f5fd0;
  --lease: #cfdcf8; --good: #cdeadb; --bad: #f8d5d9; --gray: #e2e4ea; --mark: #3f5b9c;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12151c; --card: #191d27; --ink: #e7eaf2; --soft: #98a1b5; --line: #2c3240; --faint: #222734;
    --wrong: #ff6b7d; --wrong-soft: #34181e; --fault: #f5b350; --fault-soft: #d98a1e; --blue: #86a8ff;
    --lease: #2a3c68; --good: #1f4a38; --bad: #552630; --gray: #343a49; --mark: #9db6f5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1440px; margin: 0 auto; padding: 28px 28px 60px; }
header { border-left: 5px solid var(--wrong); padding-left: 18px; margin-bottom: 20px; }
.fine header { border-color: #2c9c69; }
h1 { font-size: 24px; line-height: 1.3; margin: 2px 0 6px; font-weight: 650; overflow-wrap: anywhere; }
.badge { color: var(--wrong); font-weight: 650; letter-spacing: .01em; }
.fine .badge { color: #2c9c69; }
h2 { font-size: 14px; margin: 0; font-weight: 650; }
.size { color: var(--soft); margin: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-top: 16px; }
dl.why { display: grid; grid-template-columns: max-content 1fr; gap: 6px 18px; margin: 0; padding: 14px 18px; }
dl.why dt { color: var(--soft); }
dl.why dd { margin: 0; overflow-wrap: anywhere; }
dl.why .flip { color: var(--fault); font-weight: 600; }
.bar { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; padding: 10px 14px 10px 18px; border-bottom: 1px solid var(--line); }
.bar h2 { margin-right: auto; }
.set { display: inline-flex; border: 1px solid var(--line); border-radius: 7px; overflow: hidden; }
button { font: inherit; font-size: 13px; color: var(--ink); background: none; border: 0; padding: 4px 11px; cursor: pointer; }
.set button + button { border-left: 1px solid var(--line); }
.set button:hover { background: var(--faint); }
.set button[aria-pressed=true] { background: var(--blue); color: var(--card); }
:focus-visible { outline: 2px solid var(--blue); outline-offset: -2px; }
.lanes { display: grid; grid-template-columns: minmax(90px, max-content) minmax(0, 1fr); }
.names { padding-top: 30px; border-right: 1px solid var(--line); font: 12px/1.2 var(--mono); max-width: 210px; }
.names div { height: 62px; padding: 37px 14px 0 18px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.names div:first-child { color: var(--soft); }
.scroll { overflow-x: auto; position: relative; }
svg { display: block; font: 11px var(--mono); user-select: none; }
.lane { stroke: var(--line); }
.lease { fill: var(--lease); }
.lease.succeeded { fill: var(--good); } .lease.failed, .lease.lost { fill: var(--bad); } .lease.revoked { fill: var(--gray); }
.zombie { stroke: var(--fault-soft); stroke-width: 1; stroke-dasharray: 3 3; }
.hatch { stroke: var(--fault-soft); stroke-width: 2; }
.ticks text { fill: var(--soft); font-size: 10.5px; } .ticks line { stroke: var(--faint); }
.edges path { fill: none; stroke: var(--blue); stroke-width: 1.5; opacity: .75; } .tip { fill: var(--blue); }
.event { cursor: pointer; outline: none; }
.event text { fill: var(--ink); }
.halo { fill: transparent; } .event:hover .halo, .event:focus .halo { fill: var(--blue); fill-opacity: .2; }
.event:focus-visible .halo { stroke: var(--blue); stroke-width: 2; }
.small .mark, .small .cross { transform: scale(.6); } .small .edges path { stroke-width: 1; opacity: .5; }
.mark { fill: var(--mark); } .truth .mark { fill: var(--card); stroke: var(--mark); stroke-width: 1.6; }
.fault .mark { fill: var(--fault-soft); } .fault text { fill: var(--fault); font-weight: 600; }
.involved .mark { fill: var(--wrong); stroke: none; }
.wrong .mark { fill: var(--wrong); } .cross { stroke: var(--card); stroke-width: 2.2; stroke-linecap: round; }
.wrong text { fill: var(--wrong); font-weight: 700; }
.forgotten .mark { fill: var(--card); stroke: var(--soft); stroke-dasharray: 2 2; } .forgotten text { fill: var(--soft); text-decoration: line-through; }
.chosen .event:not(.lit) { opacity: .28; }
.event[aria-pressed=true] .halo { fill: var(--blue); fill-opacity: .25; stroke: var(--blue); }
.parts line { stroke: var(--fault); stroke-width: 1.5; stroke-dasharray: 5 4; } .parts text { fill: var(--fault); font-weight: 600; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 8px 18px; border-top: 1px solid var(--line); color: var(--soft); font-size: 12.5px; }
.key svg { display: inline-block; vertical-align: -4px; margin-right: 6px; }
.tooltip { position: fixed; z-index: 2; max-width: 420px; padding: 7px 11px; border-radius: 7px; background: var(--ink); color: var(--paper); font-size: 13px; line-height: 1.4; pointer-events: none; overflow-wrap: anywhere; }
.tooltip small { display: block; opacity: .75; }
.about { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 0 28px; padding: 14px 18px; min-height: 80px; }
.about h2 { margin-bottom: 6px; } .about p { margin: 0 0 8px; overflow-wrap: anywhere; }
.about table { border-collapse: collapse; font: 12px/1.5 var(--mono); width: 100%; }
.about th { text-align: left; vertical-align: top; font-weight: 400; color: var(--soft); padding: 1px 14px 1px 0; white-space: nowrap; width: 1%; }
.about td { overflow-wrap: anywhere; padding: 1px 0; }
.chain { list-style: none; margin: 0; padding: 0; max-height: 320px; overflow: auto; }
.chain button { display: grid; grid-template-columns: 8ch 12ch 1fr; gap: 12px; width: 100%; text-align: left; padding: 3px 6px; border-radius: 5px; }
.chain button:hover { background: var(--faint); } .chain span { color: var(--soft); font: 12px/1.6 var(--mono); overflow: hidden; text-overflow: ellipsis; }
.chain span:first-child { text-align: right; } .chain .end { color: var(--wrong); font-weight: 600; }
pre { margin: 0; padding: 12px 18px; overflow-x: auto; font: 13px/1.55 var(--mono); }
details summary { cursor: pointer; padding: 10px 18px; font-weight: 650; font-size: 14px; }
details table { width: 100%; border-collapse: collapse; font-size: 13px; } details td, details th { text-align: left; padding: 3px 18px; border-top: 1px solid var(--faint); overflow-wrap: anywhere; }
details td:first-child { font: 12px var(--mono); text-align: right; width: 9ch; color: var(--soft); } details td:nth-child(2) { font: 12px var(--mono); white-space: nowrap; }
[hidden] { display: none !important; }
@media (max-width: 800px) { main { padding: 16px 12px 40px; } .about, dl.why { grid-template-columns: 1fr; } dl.why dd { margin-bottom: 8px; } .names { max-width: 110px; } }
`
