import { posix } from 'node:path'
import { bodyDrawing } from './body-drawing.ts'
import { factsOf } from './body-facts.ts'
import { markup, type Markup } from './escape-html.ts'
import { pageFrame } from './page-frame.ts'
import type { PageResult } from './page-result.ts'

/** The page that links all others, in the order given. */
export function indexPage(title: string, pages: readonly PageResult[]): string {
  const count = `${pages.length} ${pages.length === 1 ? 'page' : 'pages'}`
  return pageFrame(
    title,
    `${count}.`,
    markup`<a href="index.html" aria-current="page">All pages</a>`,
    markup`<header class="intro">
<p class="kind">${count}</p>
<h1>${title}</h1>
</header>
<ul class="pages">
${pages.map(linkTo)}
</ul>`,
  )
}

// ---------------------------------------------------------------------------------------------

function linkTo(page: PageResult, index: number): Markup {
  return markup`<li><a href="${posix.basename(page.path)}">
${bodyDrawing(factsOf(page.title), `body-${index}`)}
<div><strong>${page.title}</strong><span>${page.description}</span></div>
</a></li>`
}
