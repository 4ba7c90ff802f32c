// The side panel follows what is typed and where it is typed: one answer of the service, a moment after each pause, scored
// without waiting for the save. It changes only while the hand is not on it, and says quietly that there is something new.
import { announce } from './announce.js'
import { bodyOf, post } from './posting.js'

const PAUSE_MS = 120
const LOOK_AGAIN_MS = 2000
const TRY_AGAIN_MS = 5000
const HAND_RESTS_MS = 1500
const OF_PEOPLE = /^(children|adults)\.\d+\.(?!answers)/
const STALE = 'Not up to date: trying again'
const NOT_YOURS = 'Not up to date: this call is no longer yours'
const GONE = 404

export function refreshPanel (form, { saver }) {
  const panel = form.querySelector('[data-panel]')
  const news = panel.querySelector('[data-panel-news]')
  const parts = () => [...panel.querySelectorAll('[data-panel-part]')]
  // What the service last drew of each part: what is the same is left alone.
  const shown = new Map(parts().map((part) => [part.dataset.panelPart, drawingOf(part)]))
  let timer, waits, shows, typed = 0, going = false, again = false, newest, moved = -Infinity, question = ''
  let byHand, peopleChanged = false, said = panel.querySelector('[data-panel-body]')?.dataset.announce.trim()

  function later (pause = PAUSE_MS) {
    clearTimeout(timer)
    timer = setTimeout(look, pause)
  }

  async function look () {
    // Never two at once: the next asks for whatever is typed by then.
    if (going) { again = true; return }
    going = true
    const since = typed
    typed = 0
    const body = bodyOf(form)
    body.set('in_focus', question)
    const answer = await post(form, form.dataset.panelUrl, body)
    going = false
    if (answer?.ok && !answer.redirected) take(answer.text, since)
    // It was sent or taken over elsewhere: to ask on would bring the same.
    else if (answer?.status === GONE) return tell(NOT_YOURS)
    else trouble()
    if (again) { again = false; later() }
    lookAgain()
  }

  function take (html, since = 0) {
    newest = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-panel-body]')
    newest.since = since
    show()
  }

  function trouble () {
    tell(STALE)
    later(TRY_AGAIN_MS)
  }

  // Somebody is being looked up: the answer is there in a moment, whether or not anything more is typed.
  function lookAgain () {
    clearTimeout(waits)
    if (panel.querySelector('[data-waits]')) waits = setTimeout(() => document.hidden ? lookAgain() : look(), LOOK_AGAIN_MS)
  }

  function show () {
    clearTimeout(shows)
    if (!newest) return
    sayAloud()
    const rests = HAND_RESTS_MS - (performance.now() - moved)
    if (panel.contains(document.activeElement)) return tellNew()
    if (rests > 0 && panel.matches(':hover')) {
      tellNew()
      shows = setTimeout(show, rests)
      return
    }
    for (const part of parts()) swap(part, newest.querySelector(`[data-panel-part="${part.dataset.panelPart}"]`))
    panel.querySelector('[data-panel-body]').toggleAttribute('data-waits', newest.hasAttribute('data-waits'))
    if (newest.since) performance.measure('fd-panel', { start: newest.since, end: performance.now() })
    newest = undefined
    tell('')
    markQuestions(form, panel)
  }

  function swap (part, fresh) {
    // Who they may be has a pace of its own: it stays as it is.
    const drawing = drawingOf(fresh)
    if (part.dataset.panelPart === 'matches' || shown.get(part.dataset.panelPart) === drawing) return
    shown.set(part.dataset.panelPart, drawing)
    if (part.dataset.panelPart === 'checks') markNew('checks')
    const unfolded = [...part.querySelectorAll('details[open][id]')].map((details) => details.id)
    part.replaceChildren(...fresh.childNodes)
    for (const id of unfolded) document.getElementById(id)?.setAttribute('open', '')
  }

  function sayAloud () {
    const words = newest.dataset.announce.trim()
    if (words && words !== said) announce(words)
    said = words
  }

  function tellNew () {
    const known = new Set(linesOf(panel))
    const count = linesOf(newest).filter((line) => !known.has(line)).length
    tell(count ? `New: ${count}` : '')
  }

  function tell (words) {
    news.textContent = words
    news.hidden = !words
  }

  // A button of the panel: what is typed is kept first, then what it says; the answer is the panel drawn anew.
  async function press (button) {
    if (!await saver.saveNow()) return tell('Not kept: what is typed is not saved yet')
    const told = await saver.sendTo(button.formAction, () => {
      const body = bodyOf(form)
      body.set(button.name, button.value)
      body.set('in_focus', question)
      return body
    })
    if (!told) return
    const part = button.closest('[data-panel-part]')
    button.blur()
    moved = -Infinity
    take(told.html)
    // Whoever pressed goes on from there: the button may be gone.
    const goesOn = part.querySelector('summary, a, h2')
    if (goesOn?.matches('h2')) goesOn.tabIndex = -1
    goesOn?.focus()
  }

  form.addEventListener('input', (event) => {
    if (panel.contains(event.target)) return
    peopleChanged ||= OF_PEOPLE.test(event.target.name)
    typed = performance.now()
    later()
  })
  form.addEventListener('focusin', (event) => {
    const name = event.target.name ?? ''
    if (panel.contains(event.target)) return
    follow(event.target)
    if (name === question) return
    const before = question
    question = name.includes('answers.') ? name : ''
    if (question !== before) later()
  })
  form.addEventListener('click', (event) => {
    const tab = event.target.closest('[data-panel-tab]')
    if (tab) return chooseByHand(tab, event)
    const button = event.target.closest('[data-panel-post]')
    if (!button) return
    event.preventDefault()
    press(button)
  })
  panel.addEventListener('pointermove', () => { moved = performance.now() })
  panel.addEventListener('focusout', () => setTimeout(show))

  // One part shows at a time: that of the field in hand, or the one that was chosen until another section is in hand.
  function follow (field) {
    const section = field.closest('[data-section]')?.dataset.section
    if (byHand && (byHand === section || panel.matches(':hover'))) return
    byHand = undefined
    if (field.closest('[data-in-call]')) choose('matches')
    else if (field.name?.includes('answers.')) choose('guidance')
  }

  function chooseByHand (tab, event) {
    event.preventDefault()
    byHand = form.querySelector('[data-section-link][aria-current]')?.dataset.sectionLink ?? 'none'
    choose(tab.dataset.panelTab)
  }

  function choose (name) {
    panel.dataset.tab = name
    for (const tab of panel.querySelectorAll('[data-panel-tab]')) tab.setAttribute('aria-current', `${tab.dataset.panelTab === name}`)
    tabOf(name).classList.remove('fd-panel__tab--new')
  }

  const tabOf = (name) => panel.querySelector(`[data-panel-tab="${name}"]`)
  const markNew = (name) => tabOf(name).classList.toggle('fd-panel__tab--new', panel.dataset.tab !== name)

  new MutationObserver(() => markNew('matches')).observe(panel.querySelector('[data-matches]'), { childList: true, subtree: true })
  // F8 goes to who they may be: that part shows first.
  document.addEventListener('keydown', (event) => { if (event.key === 'F8') choose('matches') }, true)
  choose('matches')
  lookAgain()

  return {
    refresh: look,
    // Who is named is looked up once it is kept: only then is there news of them.
    saved () {
      if (peopleChanged) look()
      peopleChanged = false
    }
  }
}

// As the service drew it, whatever the page's script added to it since.
const drawingOf = (part) => part.innerHTML.replaceAll(' data-govuk-button-init=""', '')
const linesOf = (root) => [...root.querySelectorAll('[data-panel-part]:not([data-panel-part="matches"]) li')].map((line) => line.textContent.trim())

// The rows of the questions to ask next stand out where they are, too.
function markQuestions (form, panel) {
  for (const row of form.querySelectorAll('.fd-answer--next')) {
    row.classList.remove('fd-answer--next')
    row.querySelector('.fd-answer__could')?.remove()
  }
  for (const link of panel.querySelectorAll('[data-could]')) {
    const row = form.querySelector(`[data-question="${CSS.escape(link.dataset.ask)}"]`)
    if (!row) continue
    row.classList.add('fd-answer--next')
    const could = document.createElement('p')
    could.className = 'fd-answer__could'
    could.textContent = link.dataset.could
    row.querySelector('.fd-answer__help').append(could)
  }
}
