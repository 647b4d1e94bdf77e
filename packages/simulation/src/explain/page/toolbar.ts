/** The buttons above the lanes; without the script they stay hidden. `isFailing`: whether there is a slice to show. */
export function toolbar(isFailing: boolean): string {
  return [
    isFailing ? group('Events', choice('show', 'kept', 'What led to it'), choice('show', 'all', 'Everything')) : '',
    group('Spacing', choice('axis', 'order', 'Evenly spaced'), choice('axis', 'time', 'To scale')),
    group('Zoom', zoom('0.7', '−', 'Zoom out'), zoom('1.4', '+', 'Zoom in'), zoom('0', 'Fit', 'Fit to width')),
  ].join('')
}

// ---------------------------------------------------------------------------------------------

function group(name: string, ...buttons: readonly string[]): string {
  return `<span class="set needs-script" role="group" aria-label="${name}" hidden>${buttons.join('')}</span>`
}

function choice(set: string, value: string, text: string): string {
  return `<button type="button" data-set="${set}" data-value="${value}" aria-pressed="false">${text}</button>`
}

function zoom(factor: string, text: string, name: string): string {
  return `<button type="button" data-zoom="${factor}" aria-label="${name}" title="${name}">${text}</button>`
}
