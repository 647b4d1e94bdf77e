import { markup, Markup } from './escape-html.ts'

const STYLE = new Markup(`
:root { color-scheme: dark; --ink: #eef1f8; --soft: #a9b3c9; --line: #ffffff1f; --card: #ffffff0a; --glow: #9db7ff; }
* { box-sizing: border-box; }
html { background: #080b16; }
body {
  margin: 0; min-height: 100vh; color: var(--ink);
  font: 17px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  background:
    radial-gradient(1.2px 1.2px at 12% 18%, #fff9, transparent), radial-gradient(1px 1px at 31% 64%, #fff7, transparent),
    radial-gradient(1.4px 1.4px at 58% 27%, #fff8, transparent), radial-gradient(1px 1px at 77% 71%, #fff6, transparent),
    radial-gradient(1.2px 1.2px at 88% 12%, #fff8, transparent), radial-gradient(1px 1px at 44% 88%, #fff5, transparent),
    radial-gradient(1px 1px at 6% 82%, #fff6, transparent), radial-gradient(1px 1px at 67% 46%, #fff5, transparent),
    radial-gradient(90rem 50rem at 75% -10%, #24305c 0%, #0d1226 45%, #080b16 80%) no-repeat;
}
main, nav, footer { width: min(62rem, 100% - 3rem); margin-inline: auto; }
nav { padding-top: 1.6rem; font-size: .9rem; letter-spacing: .02em; }
nav a, footer a { color: var(--soft); text-decoration: none; }
nav a:hover, footer a:hover { color: var(--ink); text-decoration: underline; }
a:focus-visible { outline: 2px solid var(--glow); outline-offset: 4px; border-radius: 4px; }
h1 { font-size: clamp(2.6rem, 7vw, 4.4rem); line-height: 1.05; margin: 0; letter-spacing: -.02em; font-weight: 700; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 3rem 0 1rem; color: var(--soft); font-weight: 600; letter-spacing: .08em; text-transform: uppercase; }
.kind { margin: 0 0 .6rem; color: var(--glow); font-weight: 600; letter-spacing: .12em; text-transform: uppercase; font-size: .8rem; }
.tagline { margin: 1rem 0 0; font-size: 1.3rem; color: #cfd7ea; max-width: 34ch; text-wrap: balance; overflow-wrap: anywhere; }
.hero { display: grid; grid-template-columns: 1.1fr .9fr; gap: 2rem; align-items: center; padding: 3rem 0 1rem; }
.hero svg { width: 100%; height: auto; max-width: 24rem; justify-self: center; overflow: visible; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; }
dl.facts div { background: #0d1226; padding: 1rem 1.2rem; }
dt { color: var(--soft); font-size: .82rem; }
dd { margin: .1rem 0 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd small { color: var(--soft); font-size: .85rem; }
ul.notes { margin: 0; padding: 0; list-style: none; display: grid; gap: .8rem; }
ul.notes li { padding: .9rem 1.2rem; background: var(--card); border-left: 3px solid var(--glow); border-radius: 0 10px 10px 0; overflow-wrap: anywhere; }
ul.pages { list-style: none; padding: 0; margin: 2.5rem 0 0; display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
ul.pages a { display: grid; grid-template-columns: 5.5rem 1fr; gap: 1.1rem; align-items: center; height: 100%; padding: 1.2rem; color: inherit; text-decoration: none; background: var(--card); border: 1px solid var(--line); border-radius: 16px; transition: border-color .15s, background .15s; }
ul.pages a:hover { border-color: var(--glow); background: #ffffff14; }
ul.pages strong { display: block; font-size: 1.3rem; line-height: 1.25; overflow-wrap: anywhere; }
ul.pages span { color: var(--soft); font-size: .95rem; line-height: 1.4; overflow-wrap: anywhere; }
ul.pages svg { width: 100%; height: auto; overflow: visible; }
.intro { padding: 4rem 0 0; }
footer { margin-top: 4rem; padding: 1.4rem 0 2.4rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
@media (max-width: 44rem) { .hero { grid-template-columns: 1fr; padding-top: 2rem; } .hero svg { max-width: 15rem; order: -1; } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`)

/** A whole page around its parts. It holds no script and loads nothing, and says so to the browser. */
export function pageFrame(title: string, description: string, nav: Markup, main: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${title}</title>
<meta name="description" content="${description}">
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Site">${nav}</nav>
<main>
${main}
</main>
<footer>Written by workers, one page each.</footer>
</body>
</html>
`.text
}
