// The side panel follows what is typed. It changes only while the person is not in it, and says once what is new.
import { announce } from './announce.js'

const LOOK_AGAIN_MS = 2000

export function refreshPanel (form) {
  const panel = form.querySelector('[data-panel]')
  let newest, waits, said = panel.querySelector('[data-panel-body]')?.dataset.announce

  async function refresh () {
    try {
      // What is being read out keeps its place in the next list.
      const onShow = [...panel.querySelectorAll('[data-ask]')].map((link) => link.dataset.ask.split('.').pop()).join(' ')
      const answer = await fetch(form.dataset.panelUrl, { headers: { 'X-Requested-With': 'fetch', 'Fd-On-Show': onShow } })
      if (answer.ok && !answer.redirected) newest = await answer.text()
    } catch {
      // The next save asks again.
    }
    show()
    lookAgain()
  }

  // Somebody is being looked up: the answer is there in a moment, whether or not anything more is typed.
  function lookAgain () {
    clearTimeout(waits)
    if (panel.querySelector('[data-waits]')) waits = setTimeout(() => document.hidden ? lookAgain() : refresh(), LOOK_AGAIN_MS)
  }

  function show () {
    if (!newest || panel.contains(document.activeElement)) return
    const unfolded = [...panel.querySelectorAll('details[open][id]')].map((details) => details.id)
    const parsed = new DOMParser().parseFromString(newest, 'text/html')
    // Who they may be has a pace of its own: it stays as it is.
    parsed.querySelector('[data-matches]')?.replaceWith(panel.querySelector('[data-matches]'))
    panel.replaceChildren(...parsed.body.childNodes)
    newest = undefined
    for (const id of unfolded) document.getElementById(id)?.setAttribute('open', '')
    markQuestions(form, panel)
    const words = panel.querySelector('[data-panel-body]')?.dataset.announce.trim()
    if (words && words !== said) announce(words)
    said = words
  }

  panel.addEventListener('focusout', () => setTimeout(show))
  lookAgain()
  return { refresh }
}

// The rows of the questions to ask next stand out where they are, too.
function markQuestions (form, panel) {
  for (const row of form.querySelectorAll('.fd-answer--next')) {
    row.classList.remove('fd-answer--next')
    row.querySelector('.fd-answer__could')?.remove()
  }
  for (const link of panel.querySelectorAll('[data-ask]')) {
    const row = form.querySelector(`[data-question="${CSS.escape(link.dataset.ask)}"]`)
    if (!row) continue
    row.classList.add('fd-answer--next')
    const could = document.createElement('p')
    could.className = 'fd-answer__could'
    could.textContent = link.dataset.could
    row.querySelector('.fd-answer__help').append(could)
  }
}
