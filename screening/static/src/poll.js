// Keeps a part of the page current: asks again every few seconds and swaps it only when it changed (304 otherwise).
// Waits while the person is in it, while the tab is hidden, and says so when it can no longer ask.
import { announce } from './announce.js'

export function pollByItself () {
  for (const place of document.querySelectorAll('[data-poll-url]')) poll(place)
}

function poll (place) {
  const pause = Number(place.dataset.pollSeconds ?? 5) * 1000
  const stale = document.getElementById(place.dataset.pollStale)
  let etag, said = place.querySelector('[data-announce]')?.dataset.announce

  async function ask () {
    try {
      if (!document.hidden && !place.contains(document.activeElement)) await once()
      if (stale) stale.hidden = true
    } catch {
      if (stale) stale.hidden = false
    }
    setTimeout(ask, pause)
  }

  async function once () {
    const headers = { 'X-Requested-With': 'fetch' }
    if (etag) headers['If-None-Match'] = etag
    const answer = await fetch(place.dataset.pollUrl, { headers, cache: 'no-store', signal: AbortSignal.timeout(pause) })
    if (answer.status === 304) return
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`)
    etag = answer.headers.get('ETag')
    const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html')
    place.replaceChildren(...parsed.body.childNodes)
    const words = place.querySelector('[data-announce]')?.dataset.announce
    if (words && words !== said) announce(words)
    said = words
  }

  setTimeout(ask, pause)
}
