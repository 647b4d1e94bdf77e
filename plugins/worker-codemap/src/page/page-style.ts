import { hueCount } from './hue-class.ts'

const hues = Array.from(
  { length: hueCount },
  (_, index) => `.h${index}{--hue:${Math.round((360 / hueCount) * index + 25)}}`,
).join('')

/** The style sheet of the page. Light and dark come from one set of colours with two values each. */
export const pageStyle: string = `
:root{color-scheme:light dark;
--back:light-dark(#eef2f4,#0c151c);--panel:light-dark(#fff,#121f29);--ink:light-dark(#16252e,#dde8ed);
--soft:light-dark(#58707d,#8ea6b2);--line:light-dark(#d5dfe4,#23343f);--grid:light-dark(#eaf0f2,#182732);--well:light-dark(#e4ebee,#0a1218);
--sea:light-dark(#0b7285,#5ccfe0);--coral:light-dark(#c8401b,#ff8f66);--good:light-dark(#2b7a3d,#7fd08f);
--serif:ui-serif,"Iowan Old Style","Palatino Linotype",Palatino,Georgia,serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
:root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}
${hues}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:14px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header{background:var(--panel);border-bottom:1px solid var(--line);padding:26px 32px 20px;position:relative;
background-image:linear-gradient(var(--grid) 1px,transparent 1px),linear-gradient(90deg,var(--grid) 1px,transparent 1px);
background-size:56px 56px;background-position:-1px -1px}
header>*{position:relative}
.over{margin:0;color:var(--soft);letter-spacing:.14em;text-transform:uppercase;font-size:11px}
h1{font:600 34px/1.15 var(--serif);margin:2px 0 14px;overflow-wrap:anywhere;max-width:1200px}
.totals{display:flex;flex-wrap:wrap;gap:8px 30px;margin:0 0 14px;padding:0;list-style:none}
.totals b{display:block;font:600 24px/1.1 var(--serif);font-variant-numeric:tabular-nums}
.totals span{color:var(--soft);font-size:12px}.totals .warn b{color:var(--coral)}
.coverage{display:inline-block;margin:0;padding:4px 11px;border:1px solid currentColor;border-radius:99px;background:var(--panel);font-size:13px;color:var(--good)}
.coverage.warn{color:var(--coral)}
#theme{position:absolute;right:32px;top:26px}
.layout{display:grid;grid-template-columns:minmax(0,1fr) 372px;gap:20px;max-width:1720px;margin:0 auto;padding:20px 32px 60px}
section,aside{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:0 0 20px}
aside{position:sticky;top:16px;align-self:start;max-height:calc(100vh - 32px);overflow:auto;margin:0}
h2{font:600 18px/1.3 var(--serif);margin:0 0 4px}h2 small{font:12px system-ui,sans-serif;color:var(--soft)}
.number{color:var(--soft);font-variant-numeric:tabular-nums;font-weight:400}
.note,.good{color:var(--soft);margin:0 0 12px;font-size:13px}.good{color:var(--good)}
.key{white-space:nowrap;margin-left:12px}.key:before{content:"";display:inline-block;width:11px;height:11px;margin-right:5px;vertical-align:-1px;border:2px solid var(--soft);border-radius:2px}
.key.key-cyclic:before{border:0;background:linear-gradient(to bottom right,transparent 50%,var(--coral) 50%)}.key-failed:before{background:var(--coral);border-color:var(--coral)}
.key-out:before{background:var(--sea);border-color:var(--sea)}.key-in:before{background:var(--coral);border-color:var(--coral)}
button,input{font:inherit;color:inherit}
button{cursor:pointer;background:none;border:1px solid var(--line);border-radius:6px;padding:3px 10px}
button:hover{border-color:var(--sea)}:focus-visible{outline:2px solid var(--sea);outline-offset:1px}
button.module{border:0;padding:0;text-align:left;font:12.5px/1.45 var(--mono);min-width:0;overflow-wrap:anywhere}
button.module:hover .name{color:var(--sea);text-decoration:underline}
.name,.path,.detail,h1{unicode-bidi:isolate}.name{font-family:var(--mono)}.path{color:var(--soft)}
.wide{overflow-x:auto}svg text{font-family:var(--mono);pointer-events:none}
.treemap{display:block;width:100%;min-width:700px;background:var(--well);border-radius:6px}
.folder{fill:var(--panel);stroke:var(--line);rx:3px}.folder-name{font-size:10px;fill:var(--soft)}
.tile{cursor:pointer}.tile rect{fill:light-dark(oklch(.86 .07 var(--hue)),oklch(.41 .058 var(--hue)));rx:1.5px}
.tile-name{font-size:9.5px;fill:var(--ink)}.corner{fill:var(--coral);pointer-events:none}
.tile.failed rect{fill:var(--coral)}.tile:hover rect{filter:brightness(1.12) saturate(1.4)}
.tile.is-import rect{stroke:var(--sea);stroke-width:2.5}.tile.is-importer rect{stroke:var(--coral);stroke-width:1.8}
.tile.is-selected rect{stroke:var(--ink);stroke-width:3.5;filter:saturate(1.8)}
.graphs{display:flex;flex-wrap:wrap;gap:16px 24px;align-items:center}.graphs>div{flex:1 1 400px;min-width:0}
.graphs>.wheel-box{flex-grow:1.2}.graphs.stacked>div{flex-basis:100%}.graphs.stacked .wheel{max-width:980px}
.wheel{display:block;width:100%;margin:0 auto}.matrix{display:block;max-width:100%;height:auto;margin:0 auto}
.link{fill:none;stroke:light-dark(oklch(.6 .13 var(--hue)),oklch(.74 .11 var(--hue)));opacity:.42}
.stacked .wheel[data-of=group]{max-width:660px!important}
.spoke{cursor:pointer}.spoke path{fill:light-dark(oklch(.72 .12 var(--hue)),oklch(.62 .11 var(--hue)));stroke:var(--panel);stroke-width:.8}
.spoke text{font-size:11px;fill:var(--ink);dominant-baseline:central;pointer-events:auto}.spoke.flipped text{text-anchor:end}
.wheel[data-of=group] .spoke text{font-size:12.5px}
.wheel.lit .link{opacity:.04}.wheel.lit .spoke{opacity:.28}.wheel.lit .spoke.on{opacity:1}
.wheel.lit .link.out{stroke:var(--sea);opacity:.95}.wheel.lit .link.in{stroke:var(--coral);opacity:.85}
.spoke.is-selected text{font-weight:700;fill:var(--sea)}
.row-back{fill:transparent}.row{cursor:pointer}.row:hover .row-back{fill:var(--well)}
.row-name,.row-number{text-anchor:end;dominant-baseline:central;font-size:11px;fill:var(--ink)}
.row-number,.column-number{font-size:10px;fill:var(--soft)}.column-number{text-anchor:middle}
.dense .column-number{font-size:8px}.diagonal{fill:var(--well);pointer-events:none}
.cell{cursor:pointer}.cell rect{fill:var(--sea);rx:2px}.cell.back rect{fill:var(--coral)}.cell.own rect{fill:var(--soft)}
.s1 rect{opacity:.22}.s2 rect{opacity:.4}.s3 rect{opacity:.58}.s4 rect{opacity:.78}.cell:hover rect{stroke:var(--ink);stroke-width:1.5}
.count{font-size:9px;text-anchor:middle;dominant-baseline:central;fill:var(--ink)}.s4 .count,.s5 .count{fill:light-dark(#fff,#0c151c)}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(270px,1fr));gap:18px 30px}
ol,ul{margin:0;padding:0;list-style:none}
.ranked li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 10px;padding:3px 0}
.ranked .path{display:none}.ranked .name{font-size:12.5px}small.path{margin-left:4px}.value{font-variant-numeric:tabular-nums;color:var(--soft);font-size:12.5px}
.bar{grid-column:1/-1;width:100%;height:3px;background:var(--well);border-radius:2px}.bar rect{fill:var(--sea)}
.cycles{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:12px}
.cycles li{border:1px solid var(--line);border-radius:8px;padding:9px 12px}.cycles p{margin:0}.cycle-head{margin-bottom:4px!important}
.way i{color:var(--coral);font-style:normal;margin:0 5px}.way .path{display:none}
.tag{font-size:11.5px;padding:1px 7px;border:1px solid var(--line);border-radius:99px;color:var(--soft)}.tag.warn{color:var(--coral);border-color:currentColor}
.gaps .name{font-size:12.5px}.gaps li{padding:3px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}.gaps li:first-child{border:0}.detail{display:block;color:var(--soft);font-size:12.5px}
.find{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:8px 0 10px}
.find input{flex:1 1 260px;padding:6px 10px;border:1px solid var(--line);border-radius:6px;background:var(--well)}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{padding:4px 8px;text-align:right;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere}th button{border:0;padding:2px 0;font-weight:600;white-space:nowrap}
th[aria-sort=ascending] button:after{content:" ▲";font-size:9px}th[aria-sort=descending] button:after{content:" ▼";font-size:9px}
tbody tr:hover{background:var(--well)}tr.is-selected{background:var(--well)}td.warn{color:var(--coral)}
aside h2{overflow-wrap:anywhere;font-family:var(--mono);font-size:15px}aside h3{font-size:12px;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:16px 0 5px;font-weight:600}
aside .error{color:var(--coral);font-size:13px}aside li{padding:1.5px 0;overflow-wrap:anywhere}
.chips{display:flex;flex-wrap:wrap;gap:5px}.chips li{font:12px var(--mono);padding:1px 7px;background:var(--well);border-radius:5px;max-width:100%}.chips small{color:var(--soft);font:10.5px system-ui,sans-serif;margin-left:5px}
.near{display:block;width:100%;margin:10px 0 0;background:var(--well);border-radius:8px}.near path{fill:none;stroke-width:1.3;opacity:.75}
.near .out{stroke:var(--sea)}.near .in{stroke:var(--coral)}.near text{font-size:10px;fill:var(--ink);dominant-baseline:central}.near .end{text-anchor:end}.near .more{fill:var(--soft)}
.near .self{fill:var(--ink)}.near g{cursor:pointer}.near g text{pointer-events:auto}.near g:hover text{fill:var(--sea)}
#tip{position:fixed;z-index:9;pointer-events:none;max-width:430px;background:var(--ink);color:var(--back);padding:6px 10px;border-radius:6px;font-size:12.5px;overflow-wrap:anywhere}
#tip b{display:block;font-family:var(--mono);font-weight:600}#tip[hidden]{display:none}
footer{color:var(--soft);font-size:12px;padding:0 32px 30px;max-width:1720px;margin:0 auto}
@media(max-width:1080px){.layout{grid-template-columns:minmax(0,1fr);padding:14px}aside{position:static;max-height:none}header{padding:20px 14px}#theme{right:14px;top:18px}}
`
