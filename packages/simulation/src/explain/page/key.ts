const SIGNS = [
  ['<circle class="mark" cx="8" cy="8" r="5"/>', 'in the log', 'fact'],
  ['<circle class="mark" cx="8" cy="8" r="4"/>', 'only the world knows', 'truth'],
  ['<path class="mark" d="M8 1L15 14H1Z"/>', 'a fault', 'fault'],
  ['<circle class="mark" cx="8" cy="8" r="5"/>', 'what the violation is about', 'involved'],
  ['<circle class="mark" cx="8" cy="8" r="5"/>', 'lost with its manager', 'forgotten'],
  ['<rect class="lease" x="0" y="3" width="16" height="10" rx="2"/>', 'holds the lease', ''],
  ['<rect class="zombie" x="1" y="3" width="14" height="10" rx="2" fill="url(#hatch-0)"/>', 'runs on without it', ''],
].map(([sign, text, kind]) => {
  return `<span><svg width="16" height="16" class="${kind}" aria-hidden="true">${sign}</svg>${text}</span>`
})

const KEYS = '← → ↑ ↓ move · Enter what led to it · + − 0 zoom · wheel after a click'

/** What the signs of the picture mean, and the keys that move it. */
export const KEY = `<div class="key">${SIGNS.join('')}<span class="needs-script" hidden>${KEYS}</span></div>`
