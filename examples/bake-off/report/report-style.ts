/** The look of the report, light and dark. */
export const reportStyle = `
:root{color-scheme:light dark;--back:light-dark(#f6f5f1,#14161a);--panel:light-dark(#fff,#1c1f25);--ink:light-dark(#1d2129,#e8e6e1);
--soft:light-dark(#6b7078,#979ca6);--line:light-dark(#e3e0d8,#2d323b);--well:light-dark(#efede7,#252932);
--right:light-dark(#2f855a,#4fbf8b);--wrong:light-dark(#e0a526,#e3b341);--threw:light-dark(#8a63d2,#a98be8);
--crashed:light-dark(#cc3d3d,#ef6a6a);--timed-out:light-dark(#7a1f3d,#c2557f);
--serif:ui-serif,"Iowan Old Style",Palatino,Georgia,"DejaVu Serif",serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:14px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header{max-width:1180px;margin:0 auto;padding:0 28px}header{padding-top:44px;padding-bottom:10px}
h1{font:600 40px/1.1 var(--serif);margin:0 0 8px;letter-spacing:-.01em}h2{font:600 21px/1.3 var(--serif);margin:44px 0 4px}
h3{font:600 16px/1.3 var(--serif);margin:0}p{margin:0 0 14px;max-width:76ch}.soft{color:var(--soft)}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 14px;padding:0;font-size:13px;color:var(--soft)}
.key i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.card{background:var(--panel);border:1px solid var(--line);border-radius:12px;overflow-x:auto}
table{border-collapse:collapse;width:100%}th{font-weight:500;color:var(--soft);text-align:left;font-size:12.5px}
th,td{padding:9px 14px;vertical-align:middle}tbody tr+tr>*{border-top:1px solid var(--line)}thead th{border-bottom:1px solid var(--line)}
.ranking .rank{font:600 24px/1 var(--serif);width:52px;text-align:right;color:var(--soft)}.ranking .first .rank{color:var(--right)}
.name{font:600 14px/1.3 var(--mono);white-space:nowrap;color:var(--ink)}.version{display:block;font:12px/1.4 var(--mono);color:var(--soft)}
.bar{display:flex;height:16px;min-width:260px;border-radius:5px;overflow:hidden;background:var(--well);gap:1px}.bar>i{display:block;height:100%}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.number b{font-size:16px}
.right{background:var(--right)}.wrong{background:var(--wrong)}.threw{background:var(--threw)}.crashed{background:var(--crashed)}
.timed-out{background:repeating-linear-gradient(135deg,var(--timed-out) 0 4px,light-dark(#a33a5d,#8f3a5c) 4px 8px)}
.heat{margin-bottom:8px}.heat thead th{vertical-align:bottom;padding:12px 6px 8px}.heat thead th+th{text-align:center;min-width:78px}.heat td{padding:3px;text-align:center}
.heat td span{display:block;padding:9px 4px;border-radius:6px;font-variant-numeric:tabular-nums;font-size:13px}
.heat tbody tr+tr>*{border-top:0}.heat thead th{border-bottom:0}.heat .name{padding:3px 14px}
details{background:var(--panel);border:1px solid var(--line);border-radius:12px;margin:0 0 10px}
summary{cursor:pointer;padding:12px 16px;display:flex;gap:8px 14px;align-items:baseline;flex-wrap:wrap}summary:focus-visible{outline:2px solid var(--right)}
summary .soft{font-size:13px}details>div{border-top:1px solid var(--line);overflow-x:auto;padding:4px 0}details>p{padding:0 16px;font-size:13px}
.checks th,.checks td{padding:5px 8px}.checks thead th+th{text-align:center;font:11.5px/1.2 var(--mono)}.checks td{text-align:center}
.checks tbody th{font:13px/1.4 var(--mono);color:var(--ink);padding-left:16px;max-width:340px;overflow-wrap:anywhere}
.mark{display:inline-grid;place-items:center;width:21px;height:21px;border-radius:5px;font:600 12px/1 var(--mono);color:light-dark(#fff,#14161a)}
.mark.right{background:none;color:var(--right)}.faults td{padding:5px 16px;vertical-align:top;font-size:13px}.faults tr>:first-child{font-family:var(--mono);overflow-wrap:anywhere;width:30%}
.faults .mark{margin-right:8px}.faults code{font:12.5px/1.45 var(--mono);overflow-wrap:anywhere}
footer{color:var(--soft);font-size:12.5px;max-width:1180px;margin:0 auto;padding:28px}
`
