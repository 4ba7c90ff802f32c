// Keeps parts of a page current: asks again every few seconds and swaps each part by its id (304 where nothing changed).
// Nothing moves under a hand or a half-filled field, and the focus stays where it was. News is said even then. When the
// service cannot be asked, the page says since when it is not live.
import { announce } from './announce.js'

const HAND_RESTS_MS = 2000
// A slow answer is better than none, however often it is asked for.
const SLOWEST_MS = 5000
// What is not there for this page any more is asked for now and then: it may come back.
const GONE_MS = 60_000
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })

export function pollByItself () {
  for (const place of document.querySelectorAll('[data-poll-url]')) poll(place)
}

export function poll (place, first) {
  const pause = Number(place.dataset.pollSeconds ?? 5) * 1000
  const stale = document.getElementById(place.dataset.pollStale)
  const started = performance.now()
  const serverStarted = Date.parse(place.querySelector('[data-server-now]')?.dataset.serverNow)
  const known = new Set(newsIn(place).map((one) => one.dataset.news))
  let etag, said = wordsIn(place), heard = started, moved = -Infinity
  place.addEventListener('pointermove', () => { moved = performance.now() })

  async function ask () {
    let gone = false
    if (!document.hidden || 'pollAlways' in place.dataset) {
      try {
        await once()
        heard = performance.now()
        tellLive()
      } catch (problem) {
        gone = problem.message === '404'
        tellStale()
      }
    }
    setTimeout(ask, gone ? GONE_MS : pause)
  }

  async function once () {
    const headers = { 'X-Requested-With': 'fetch' }
    if (etag) headers['If-None-Match'] = etag
    const answer = await fetch(place.dataset.pollUrl, { headers, cache: 'no-store', signal: AbortSignal.timeout(Math.max(pause, SLOWEST_MS)) })
    if (answer.status === 304) return
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`)
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').body
    tellNews(fresh)
    if (inUse()) return // Without its tag, so the next answer brings it again.
    etag = answer.headers.get('ETag')
    for (const part of [...fresh.children]) swap(part)
  }

  function inUse () {
    const field = document.activeElement?.closest('input, select, textarea')
    const open = place.querySelector('[data-part] details[open], [data-part] dialog[open]')
    return performance.now() - moved < HAND_RESTS_MS || Boolean(open || field?.closest('[data-part]'))
  }

  function tellNews (fresh) {
    const news = newsIn(fresh).filter((one) => !known.has(one.dataset.news))
    for (const one of news) known.add(one.dataset.news)
    const changed = wordsIn(fresh) !== said
    said = wordsIn(fresh)
    const words = news.length ? `${news.length} new: ${news.slice(0, 3).map((one) => one.textContent).join('; ')}.` : ''
    const shown = place.querySelector('[data-poll-news]')
    if (words && shown) shown.textContent = words
    announce(words || (changed ? said : ''))
  }

  function tellLive () {
    if (stale) stale.hidden = true
    delete place.dataset.pollOld
  }

  function tellStale () {
    // What is old comforts nobody: the page shows that it is not known.
    place.dataset.pollOld = ''
    if (!stale?.hidden) return
    const since = stale.querySelector('[data-poll-since]')
    if (since && serverStarted) since.textContent = ` since ${CLOCK.format(serverStarted + heard - started)}`
    stale.hidden = false
  }

  setTimeout(ask, first ?? pause)
}

const newsIn = (root) => [...root.querySelectorAll('[data-news]')]
const wordsIn = (root) => root.querySelector('[data-announce]')?.dataset.announce

function swap (part) {
  const old = document.getElementById(part.id)
  const held = old?.contains(document.activeElement) ? document.activeElement : null
  old?.replaceWith(part)
  if (!held) return
  // The same control is the one that goes to the same place. Where it is gone, Enter must not fall on another's.
  const same = [...part.querySelectorAll('a, button')].find((one) => placeOf(one) === placeOf(held))
  ;(same ?? part).focus({ preventScroll: true })
}

const placeOf = (control) => control.getAttribute('href') ?? control.form?.getAttribute('action')
