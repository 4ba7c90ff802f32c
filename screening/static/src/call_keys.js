// The keys of the call workspace. Each goes somewhere and back, or answers what is in hand: nothing else moves.
import { addKey } from './keys.js'

const ANSWERS = { y: ['yes', 'Yes'], n: ['no', 'No'], u: ['unknown', 'Not known'] }
const MOST_CANDIDATES = 7

export function addCallKeys (form) {
  const on = '[data-workspace]'
  const panel = form.querySelector('[data-panel]')
  const inHand = () => form.querySelector('[data-match][open]') ?? form.querySelector('[data-match]')
  let wroteIn
  form.addEventListener('focusin', (event) => { if (event.target.closest('#main-content')) wroteIn = event.target })
  const back = () => (wroteIn?.isConnected ? wroteIn : form.querySelector('#main-content input')).focus()

  addKey('Alt+1', 'Go to a section, by its number', { on })
  addKey('Ctrl+Enter', 'Go to the next section', { on })
  addKey('F2', 'Go to the question to ask next; again, to the one after it', { on, act: askNext })
  for (const [key, [value, words]] of Object.entries(ANSWERS)) {
    addKey(key, `Answer ${words}, where you are at a question`, { on, act: () => answer(value) })
  }
  addKey('F6', 'Go round: what you write, the panel, a choice that waits', { on, act: goRound })
  addKey('F8', 'Go to who the person in hand may be, and back', { on, act: () => inHand()?.parentElement.contains(document.activeElement) ? back() : inHand()?.querySelector('summary').focus() })
  for (let place = 1; place <= MOST_CANDIDATES; place += 1) {
    addKey(`Alt+Shift+${place}`, `This is them: number ${place} of who they may be`, { on: `[data-match][open] .fd-match:nth-child(${place})`, act: () => choose(place) })
  }

  function askNext () {
    const asked = [...panel.querySelectorAll('[data-ask]')]
    const here = document.activeElement
    const at = asked.findIndex(({ dataset: { ask } }) => here.name === ask || here.closest(`[data-question="${CSS.escape(ask)}"]`))
    asked[(at + 1) % asked.length]?.click()
  }

  function answer (value) {
    const choice = document.activeElement.closest('[data-question]')?.querySelector(`input[value="${value}"]`)
    if (!choice) return false
    choice.focus()
    choice.click()
  }

  function choose (place) {
    // Nobody is chosen who is not in sight.
    if (!inHand().checkVisibility()) return false
    const all = [...inHand().querySelectorAll('.fd-match')]
    all[place - 1]?.querySelector('[data-who]')?.click()
  }

  function goRound () {
    const stops = [document.querySelector('[data-compare]:not([hidden])'), form.querySelector('#main-content'), panel].filter(Boolean)
    const at = stops.findIndex((stop) => stop.contains(document.activeElement))
    const next = stops[(at + 1) % stops.length]
    if (next.id === 'main-content') return back()
    ;(next.querySelector('input, a, summary, button') ?? next).focus()
  }
}
