// Call-safe: F10 turns it on at once, and off for a reason. While it is on, what we know of others is folded away.
import { announce } from './announce.js'
import { insist, onPressed } from './insist.js'
import { addKey } from './keys.js'

export function keepCallSafe (form) {
  const place = form.querySelector('[data-call-safe]')
  if (!place) return { show () {} }

  const press = () => place.querySelector(`[data-call-safe-key="${place.dataset.callSafe}"]`).click()
  addKey('F10', 'Call-safe on; off for a reason', { on: '[data-call-safe]', act: press })

  const trouble = form.querySelector('[data-call-safe-trouble]')
  const unreached = trouble.textContent
  let turning = 0

  for (const value of ['call_safe_on', 'call_safe_off']) {
    onPressed(form, value, async (url, button) => {
      // Folded before anybody answers: what may not be seen is not waited for.
      if (value === 'call_safe_on') show('turned on by you')
      turning += 1
      const told = await insist(form, url, tellTrouble, button)
      turning -= 1
      // Refused: it stays as it is.
      if (!told) return
      trouble.hidden = true
      show(told.call_safe)
      form.elements.call_safe_reason.value = ''
    })
  }

  function tellTrouble (answer, refused) {
    trouble.textContent = (refused && answer.said?.detail) || unreached
    trouble.hidden = false
  }

  // A look is a decision of its own: F8, or the button, until it is turned on anew or the page is opened again.
  form.addEventListener('click', (event) => { if (event.target.closest('[data-unfold]')) unfold() })
  document.addEventListener('keydown', (event) => { if (event.key === 'F8') unfold() }, true)

  function unfold () {
    if (place.dataset.callSafe === 'on') form.dataset.unfolded = ''
  }

  function show (words) {
    const state = words ? 'on' : 'off'
    place.querySelector('[data-call-safe-words]').textContent = words
    if (place.dataset.callSafe === state) return
    place.dataset.callSafe = state
    if (words) delete form.dataset.unfolded
    announce(words ? `Call-safe: ${words}` : 'Call-safe is off')
  }

  // A save that left before the key was pressed knows nothing of it.
  return { show: (words) => { if (!turning) show(words) } }
}
