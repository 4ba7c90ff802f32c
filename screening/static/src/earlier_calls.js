// Shows what came from the caller's number before, as it is typed: by POST alone, and focus stays where it is.
import { announce } from './announce.js'

const PAUSE_MS = 400
const TIMEOUT_MS = 5000
const FAILED = 'Earlier calls could not be looked for: not checked.'

export function lookForEarlierCalls () {
  let timer
  const placeFor = (field) => document.querySelector(`[data-earlier-for="${CSS.escape(field.id)}"]`)
  document.addEventListener('input', ({ target }) => {
    if (!target.id || !placeFor(target)) return
    clearTimeout(timer)
    timer = setTimeout(() => look(target), PAUSE_MS)
  })
  for (const place of document.querySelectorAll('[data-earlier-for]')) {
    const field = document.getElementById(place.dataset.earlierFor)
    if (field?.value && !place.childElementCount) look(field)
  }

  async function look (field) {
    const number = field.value.trim()
    const url = placeFor(field).dataset.earlierUrl
    const body = new URLSearchParams({ number, csrf_token: field.form.elements.csrf_token.value })
    if (field.name !== 'number') body.set('on_call', 'yes')
    let found
    try {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'X-Requested-With': 'fetch' }, signal: AbortSignal.timeout(TIMEOUT_MS) })
      if (answer.ok && !answer.redirected) found = await answer.text()
    } catch {}
    const place = placeFor(field)
    // What was typed since has a look of its own.
    if (!place || field.value.trim() !== number) return
    if (found === undefined) place.textContent = FAILED
    else place.replaceChildren(...new DOMParser().parseFromString(found, 'text/html').body.childNodes)
    const said = place.querySelector('p')?.textContent ?? place.textContent
    if (said.trim()) announce(said)
  }
}
