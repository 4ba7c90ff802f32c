// Looks for somebody while they are typed, by POST alone, and shows who it may be. What is shown never moves under a hand,
// takes no focus, and is asked for only when what identifies somebody has changed. A search that failed says so.
import { announce } from './announce.js'

const PAUSE_MS = 200
const HAND_RESTS_MS = 1500
const AGAIN_MS = 5000
const TIMEOUT_MS = 5000
const FAILED = 'Search could not be done: not checked for what is typed now'
const IDENTITY = /^(children|adults)\.\d+\.(given_name|family_name|date_of_birth|age_years_estimated|expected_delivery_date|sex|address\.\w+)$/

// The call page: each person's candidates follow that person's fields; those of the person in hand are unfolded.
// People are added and taken out while the page is open: each is followed from the first word on.
export function matchAsTyped (form, { saver, onAnswered }) {
  const followers = new Map()
  form.addEventListener('focusin', (event) => {
    const of = event.target.closest('[data-in-call]')?.dataset.inCall
    if (!of) return
    followerOf(of)
    unfold(of)
  })
  form.addEventListener('input', (event) => {
    const of = event.target.closest('[data-in-call]')?.dataset.inCall
    if (of && IDENTITY.test(event.target.name)) followerOf(of).changed()
  })

  function followerOf (of) {
    if (!followers.has(of)) {
      const place = () => form.querySelector(`[data-match="${of}"]`)
      const words = () => [...new FormData(form)].filter(([name, value]) => name.startsWith(`${of}.`) && IDENTITY.test(name) && value)
      followers.set(of, follow({ url: form.dataset.matchesUrl, form, place, words, more: [['of', of]] }))
    }
    return followers.get(of)
  }

  function unfold (of) {
    for (const match of form.querySelectorAll('[data-match]')) match.open = match.dataset.match === of
  }

  form.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-who]')
    if (!button) return
    event.preventDefault()
    const match = button.closest('[data-match]')
    button.disabled = true
    const kept = await saver.saveNow()
    const problem = kept ? await saver.hold(() => answer(button, match)) : 'This was not kept: what is typed is not saved yet. Try again.'
    if (!problem) return onAnswered()
    button.disabled = false
    tell(match, problem)
  })

  // Gives what went wrong, in words; nothing where the answer was kept.
  async function answer (button, match) {
    const body = new URLSearchParams(new FormData(form))
    body.set(button.name, button.value)
    let said, told
    try {
      said = await fetch(button.getAttribute('formaction'), { method: 'POST', body, headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) })
      told = await said.json()
    } catch {
      return 'This may not have been kept: the service cannot be reached. Try again.'
    }
    if (!said.ok) return told.detail
    form.querySelector('[data-version]').value = told.version
    followerOf(match.dataset.match).take(told.html)
    // Whoever pressed goes on from what they said: the button is gone. Whoever chose by a key goes on writing.
    if (document.activeElement !== document.body && !match.contains(document.activeElement)) return
    const goesOn = match.querySelector('[data-match-settled]') ?? match.querySelector('summary')
    goesOn.focus()
  }

  unfold('children.0')
}

// The page on which people are found: the whole form is one person.
export function findAsTyped (form) {
  const place = () => document.querySelector('[data-match]')
  const words = () => [...new FormData(form)].filter(([name, value]) => value && name !== 'csrf_token')
  const follower = follow({ url: form.dataset.find, form, place, words, more: [] })
  form.addEventListener('input', follower.changed)
  form.addEventListener('submit', (event) => { event.preventDefault(); follower.now() })
}

function follow ({ url, form, place, words, more }) {
  let timer, turn = 0, newest, asked = JSON.stringify(words()), moved = -Infinity, shows
  const panel = place().parentElement
  panel.addEventListener('pointermove', () => { moved = performance.now() })
  panel.addEventListener('focusout', () => setTimeout(show))

  function changed () {
    clearTimeout(timer)
    timer = setTimeout(look, PAUSE_MS)
  }

  async function look () {
    const now = words()
    if (JSON.stringify(now) === asked) return
    const mine = ++turn
    const body = new URLSearchParams([['csrf_token', form.elements.csrf_token.value], ...more, ...now])
    try {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'X-Requested-With': 'fetch' }, signal: AbortSignal.timeout(TIMEOUT_MS) })
      if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`)
      const html = await answer.text()
      if (mine !== turn) return
      newest = html
      show()
      asked = JSON.stringify(now)
      // What the service could not check is asked again, without another key pressed.
      if (html.includes('data-not-checked')) again()
    } catch {
      if (mine !== turn) return
      if (place()) tell(place(), FAILED)
      again()
    }
  }

  function again () {
    asked = undefined
    clearTimeout(timer)
    timer = setTimeout(look, AGAIN_MS)
  }

  function show () {
    clearTimeout(shows)
    const at = place()
    // Whoever was taken out of the call meanwhile has no place any more.
    if (!newest || !at || at.contains(document.activeElement)) return
    const rests = HAND_RESTS_MS - (performance.now() - moved)
    if (rests > 0 && at.matches(':hover')) {
      shows = setTimeout(show, rests)
      return
    }
    take(newest)
    announce(place().dataset.said)
  }

  function take (html) {
    newest = undefined
    const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-match]')
    const old = place()
    const unfolded = [...old.querySelectorAll('details[open][id]')].map((details) => details.id)
    old.dataset.said = fresh.dataset.said
    old.replaceChildren(...fresh.childNodes)
    for (const id of unfolded) document.getElementById(id)?.setAttribute('open', '')
  }

  return { changed, take, now: () => { clearTimeout(timer); asked = undefined; look() } }
}

function tell (match, words) {
  const trouble = match.querySelector('[data-match-trouble]')
  trouble.querySelector('[data-match-trouble-text]').textContent = words
  if (trouble.hidden) announce(words)
  trouble.hidden = false
}
