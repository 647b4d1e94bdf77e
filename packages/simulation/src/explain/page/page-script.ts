/**
 * What moves on the page: zoom, the two spacings, hover, the chain of causes, the keyboard. It reads
 * the stories from the JSON beside it and writes texts as texts only, so that no id can become markup.
 */
export const PAGE_SCRIPT = String.raw`'use strict'
const data = JSON.parse(document.getElementById('data').textContent)
const view = { show: data.show, axis: 'order', scale: 90 }
const SVG = 'http://www.w3.org/2000/svg'
const tooltip = document.querySelector('.tooltip')
const digits = (ms) => String(ms).replace(/\B(?=(\d{3})+$)/g, ',')
const make = (tag, props, ...children) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...children)
  return node
}

const pictures = data.stories.map((story, number) => {
  const svg = document.querySelectorAll('.scroll > svg')[number]
  const events = [...svg.querySelectorAll('.event')]
  for (const node of events) node.label = node.querySelector('text').textContent
  return {
    story, number, svg, events, scroll: svg.parentElement, chosen: -1,
    moved: [...svg.querySelectorAll('[data-event]')], bars: [...svg.querySelectorAll('[data-from]')],
    names: [...svg.closest('.lanes').querySelectorAll('.names div')], laned: [...svg.querySelectorAll('[data-lane]')],
    kept: new Set(story.kept), margin: Number(svg.dataset.margin),
    height: Number(svg.dataset.height), axis: Number(svg.dataset.axis),
  }
})

// Layout ------------------------------------------------------------------------------------

function place(picture) {
  const { events } = picture.story
  picture.isShown = events.map((_, index) => view.show === 'all' || picture.kept.has(index))
  picture.count = picture.isShown.filter(Boolean).length
  const last = Math.max(1, ...events.map(({ at }) => at))
  let [rank, latest] = [0, 0]
  picture.at = events.map(({ at }, index) => {
    latest = Math.max(latest, at)
    return view.axis === 'time' ? (latest / last) * Math.max(1, picture.count - 1) : picture.isShown[index] ? rank++ : rank
  })
  picture.at.push(view.axis === 'time' ? picture.at.at(-1) ?? 0 : rank)
  placeLanes(picture)
}

/** Lanes on which nothing is shown are left out; the manager's stays. */
function placeLanes(picture) {
  const busy = new Set([0])
  picture.story.events.forEach(({ lane }, index) => { if (picture.isShown[index]) busy.add(lane) })
  let row = 0
  const y = picture.names.map((name, lane) => {
    name.hidden = !busy.has(lane)
    return picture.axis + picture.height * ((busy.has(lane) ? row++ : row) + 0.7)
  })
  picture.y = (index) => y[picture.story.events[index].lane]
  picture.svg.setAttribute('height', picture.axis + row * picture.height + 14)
  for (const node of picture.laned) {
    node.style.display = busy.has(Number(node.dataset.lane)) ? '' : 'none'
    if (node.dataset.event === undefined) node.setAttribute('transform', 'translate(0 ' + y[node.dataset.lane] + ')')
  }
}

function draw(picture) {
  const x = (index) => picture.margin + picture.at[index] * view.scale
  picture.x = x
  for (const node of picture.moved) {
    const index = Number(node.dataset.event)
    const shift = view.axis === 'time' ? 0 : Number(node.dataset.shift ?? 0) * Math.min(view.scale, 60)
    node.setAttribute('transform', 'translate(' + (x(index) + shift) + ' ' + (node.dataset.lane === undefined ? 0 : picture.y(index)) + ')')
  }
  picture.events.forEach((node, index) => { node.style.display = picture.isShown[index] ? '' : 'none' })
  for (const bar of picture.bars) {
    const [from, to] = [x(Number(bar.dataset.from)), x(Number(bar.dataset.to))]
    bar.setAttribute('x', from)
    bar.setAttribute('width', Math.max(3, to - from))
  }
  picture.svg.setAttribute('width', Math.max(picture.scroll.clientWidth, picture.margin * 2 + (picture.at.at(-1) ?? 0) * view.scale + 130))
  picture.svg.classList.toggle('small', view.scale < 14)
  fitLabels(picture)
  drawTicks(picture)
  drawEdges(picture)
}

/** Labels have two rows above their lane; one that finds no room is left out, and what went wrong is placed first. */
function fitLabels(picture) {
  const rows = new Map()
  const ranks = ['.wrong', '.fault, .involved', '.attempt', '.event']
  const weight = (index) => ranks.findIndex((rank) => picture.events[index].matches(rank))
  const shown = picture.events.map((_, index) => index).filter((index) => picture.isShown[index])
  for (const index of shown.sort((one, other) => weight(one) - weight(other) || one - other)) {
    const node = picture.events[index]
    const from = picture.x(index) - 6
    const to = from + node.label.length * 6.8 + 4
    const { lane } = picture.story.events[index]
    const row = [0, 1].find((row) => (rows.get(lane + ' ' + row) ?? []).every(([start, end]) => to <= start || from >= end))
    const text = node.querySelector('text')
    text.style.display = row === undefined ? 'none' : ''
    if (row === undefined) continue
    text.setAttribute('y', row === 0 ? -14 : -27)
    rows.set(lane + ' ' + row, [...(rows.get(lane + ' ' + row) ?? []), [from, to]])
  }
}

function drawTicks(picture) {
  const ticks = picture.svg.querySelector('.ticks')
  ticks.replaceChildren()
  let [free, latest] = [-Infinity, -1]
  picture.story.events.forEach(({ at }, index) => {
    if (!picture.isShown[index] || at === latest) return
    const text = digits(at) + ' ms'
    const x = picture.x(index)
    if (x < free) return
    latest = at
    free = x + text.length * 6.6 + 14
    const line = document.createElementNS(SVG, 'line')
    for (const [name, value] of [['x1', x], ['x2', x], ['y1', 20], ['y2', '100%']]) line.setAttribute(name, value)
    const label = document.createElementNS(SVG, 'text')
    label.setAttribute('x', x - 4)
    label.setAttribute('y', 26)
    label.textContent = text
    ticks.append(line, label)
  })
}

// The chain of causes -----------------------------------------------------------------------

function chainOf(picture, index) {
  const chain = new Set([index])
  for (const one of chain) for (const [cause] of picture.story.events[one].causes) chain.add(cause)
  return chain
}

/** The nearest causes that are shown, for an event whose own cause is left out. */
function shownCauses(picture, index) {
  const found = new Set()
  const passed = new Set([index])
  for (const one of passed) {
    for (const [cause] of picture.story.events[one].causes) (picture.isShown[cause] ? found : passed).add(cause)
  }
  return found
}

function drawEdges(picture) {
  const edges = picture.svg.querySelector('.edges')
  edges.replaceChildren()
  if (picture.chosen < 0) return
  for (const index of chainOf(picture, picture.chosen)) {
    if (!picture.isShown[index]) continue
    for (const cause of shownCauses(picture, index)) {
      const path = document.createElementNS(SVG, 'path')
      path.setAttribute('d', curve(picture.x(cause), picture.y(cause), picture.x(index), picture.y(index)))
      if (view.scale >= 14) path.setAttribute('marker-end', 'url(#tip-' + picture.number + ')')
      edges.append(path)
    }
  }
}

function curve(x1, y1, x2, y2) {
  const side = Math.sign(y2 - y1)
  const bend = side === 0 ? Math.min(24, 10 + (x2 - x1) / 8) : Math.abs(y2 - y1) / 2
  const down = side === 0 ? -1 : side
  const [from, to] = [y1 + (side === 0 ? 7 : side * 7), y2 - down * 9]
  return ['M', x1, from, 'C', x1, from + (side === 0 ? bend : side * bend), x2, to - down * bend, x2, to].join(' ')
}

function choose(picture, index, isByHand) {
  for (const one of pictures) {
    one.chosen = one === picture ? index : -1
    const lit = one.chosen < 0 ? new Set() : chainOf(one, index)
    one.svg.classList.toggle('chosen', lit.size > 0 && isByHand)
    one.events.forEach((node, at) => {
      node.classList.toggle('lit', lit.has(at))
      node.setAttribute('aria-pressed', String(at === one.chosen))
    })
    drawEdges(one)
  }
  tell(picture, index)
}

function tell(picture, index) {
  const about = document.getElementById('about')
  if (index < 0) return about.replaceChildren(make('p', { textContent: 'Choose an event to see what led to it.' }))
  const { events } = picture.story
  const event = events[index]
  const rows = event.details.map(([name, value]) => make('tr', {}, make('th', { textContent: name, scope: 'row' }), make('td', { textContent: value })))
  const chain = [...chainOf(picture, index)].sort((one, other) => one - other)
  const why = new Map(chain.flatMap((one) => events[one].causes.map(([cause, text]) => [cause, text])))
  const steps = chain.map((one) => {
    const { at, actor, sentence } = events[one]
    const words = make('div', { textContent: sentence, className: one === index ? 'end' : '' })
    const button = make('button', { title: why.get(one) ?? '' }, make('span', { textContent: digits(at) }), make('span', { textContent: actor }), words)
    button.addEventListener('click', () => { choose(picture, one, true); reveal(picture, one) })
    return make('li', {}, button)
  })
  const first = make('div', {}, make('h2', { textContent: 'Event ' + (index + 1) + ', at ' + digits(event.at) + ' ms on ' + event.actor }), make('p', { textContent: event.sentence }), make('table', {}, ...rows))
  const list = make('ol', { className: 'chain' }, ...steps)
  about.replaceChildren(first, make('div', {}, make('h2', { textContent: 'What led to it' }), list))
  list.scrollTop = list.scrollHeight
}

// Moving about ------------------------------------------------------------------------------

function reveal(picture, index) {
  const x = picture.x(index)
  const { scrollLeft, clientWidth } = picture.scroll
  if (x < scrollLeft + 40 || x > scrollLeft + clientWidth - 140) picture.scroll.scrollLeft = x - clientWidth / 2
}

function zoom(factor, picture = pictures[0], pointer = picture.scroll.clientWidth / 2) {
  const before = (picture.scroll.scrollLeft + pointer - picture.margin) / view.scale
  view.scale = Math.min(400, Math.max(1, view.scale * factor))
  for (const one of pictures) draw(one)
  picture.scroll.scrollLeft = before * view.scale + picture.margin - pointer
}

function fit() {
  const widest = Math.max(...pictures.map(({ at }) => at.at(-1) ?? 1), 1)
  view.scale = Math.min(130, Math.max(1, (pictures[0].scroll.clientWidth - 24 - 150) / widest))
}

function arrange(isReadable) {
  for (const picture of pictures) place(picture)
  fit()
  if (isReadable) view.scale = Math.max(view.scale, 52)
  for (const picture of pictures) draw(picture)
  for (const button of document.querySelectorAll('[data-set]')) {
    button.setAttribute('aria-pressed', String(view[button.dataset.set] === button.dataset.value))
  }
}

function step(picture, from, key) {
  const { events } = picture.story
  const lane = events[from]?.lane ?? 0
  const shown = events.map((_, index) => index).filter((index) => picture.isShown[index])
  const apart = (index) => Math.abs(index - from)
  if (key === 'Home') return shown[0]
  if (key === 'End') return shown.at(-1)
  if (key === 'ArrowRight') return shown.find((index) => index > from)
  if (key === 'ArrowLeft') return shown.findLast((index) => index < from)
  const lanes = shown.map((index) => events[index].lane).filter((one) => key === 'ArrowDown' ? one > lane : one < lane)
  const target = key === 'ArrowDown' ? Math.min(...lanes) : Math.max(...lanes)
  return shown.filter((index) => events[index].lane === target).sort((one, other) => apart(one) - apart(other))[0]
}

function hint(picture, index) {
  const { at, actor, sentence } = picture.story.events[index]
  tooltip.replaceChildren(make('small', { textContent: digits(at) + ' ms · ' + actor }), sentence)
  tooltip.hidden = false
  const box = picture.events[index].querySelector('.mark').getBoundingClientRect()
  const { width, height } = tooltip.getBoundingClientRect()
  tooltip.style.left = Math.max(8, Math.min(innerWidth - width - 8, box.x + box.width / 2 - width / 2)) + 'px'
  tooltip.style.top = (box.bottom + 14 + height > innerHeight ? box.y - height - 14 : box.bottom + 14) + 'px'
}

for (const picture of pictures) {
  picture.events.forEach((node, index) => {
    node.addEventListener('click', () => { choose(picture, index, true); node.focus({ preventScroll: true }) })
    node.addEventListener('mouseenter', () => hint(picture, index))
    node.addEventListener('mouseleave', () => { tooltip.hidden = true })
    node.addEventListener('focus', () => {
      for (const other of picture.events) other.setAttribute('tabindex', other === node ? '0' : '-1')
      reveal(picture, index)
      if (node.matches(':focus-visible')) hint(picture, index)
    })
    node.addEventListener('blur', () => { tooltip.hidden = true })
    node.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') choose(picture, index, true)
      else if (/^(Arrow|Home|End)/.test(event.key)) picture.events[step(picture, index, event.key)]?.focus({ preventScroll: true })
      else return
      event.preventDefault()
    })
  })
  picture.scroll.addEventListener('scroll', () => { tooltip.hidden = true })
  picture.scroll.addEventListener('wheel', (event) => {
    const isMeant = event.ctrlKey || event.metaKey || picture.scroll.contains(document.activeElement)
    if (!isMeant || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return
    event.preventDefault()
    zoom(Math.exp(-event.deltaY / 400), picture, event.clientX - picture.scroll.getBoundingClientRect().x)
  }, { passive: false })
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '+' || event.key === '=') zoom(1.3)
  else if (event.key === '-') zoom(1 / 1.3)
  else if (event.key === '0') arrange(false)
  else if (event.key === 'Escape') choose(pictures[0], -1, true)
})
for (const button of document.querySelectorAll('[data-zoom]')) {
  const factor = Number(button.dataset.zoom)
  button.addEventListener('click', () => factor === 0 ? arrange(false) : zoom(factor))
}
for (const button of document.querySelectorAll('[data-set]')) {
  button.addEventListener('click', () => { view[button.dataset.set] = button.dataset.value; arrange(true) })
}
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy)
    getSelection().selectAllChildren(source)
    await navigator.clipboard?.writeText(source.textContent).then(() => { button.textContent = 'Copied' }, () => {})
  })
}

for (const node of document.querySelectorAll('.needs-script')) node.hidden = false
arrange(true)
const end = data.stories[0].blamed.at(-1) ?? -1
choose(pictures[0], end, false)
if (end >= 0) pictures[0].scroll.scrollLeft = pictures[0].x(end)
let width = innerWidth
addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; arrange(true) } })
`
