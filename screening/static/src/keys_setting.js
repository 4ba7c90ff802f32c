// Single-key shortcuts can be switched off (WCAG 2.1.4). The service keeps it for the person, on whatever machine they are.
import { announce } from './announce.js'

export function keysAreOn () {
  return document.body.dataset.singleKeys !== 'off'
}

export async function switchKeys (box) {
  const body = new URLSearchParams({ csrf_token: box.form.elements.csrf_token.value, on: box.checked ? 'yes' : 'no' })
  const answer = await fetch(box.form.getAttribute('action'), { method: 'POST', body, headers: { Accept: 'application/json' } }).catch(() => null)
  if (!answer?.ok) {
    box.checked = keysAreOn()
    return announce('This could not be kept. Try again.')
  }
  document.body.dataset.singleKeys = box.checked ? 'on' : 'off'
  announce(box.checked ? 'Single keys are on' : 'Single keys are off')
}
