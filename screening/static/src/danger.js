// F9 and Enter on the call page: sent as red without leaving it, again and again until the service has it. What is typed
// afterwards is saved as before, and the service adds it to what was sent.
import { poll } from './poll.js'

const TRY_AGAIN_MS = 2000
const TIMEOUT_MS = 5000

export function sendDanger (form) {
  const place = form.querySelector('[data-danger-call]')
  const part = (name) => place.querySelector(`[data-danger-${name}]`)
  let sending = false

  document.addEventListener('submit', (event) => {
    if (event.target !== form || event.submitter?.value !== 'danger') return
    event.preventDefault()
    event.stopImmediatePropagation()
    event.submitter.closest('dialog')?.close()
    if (!sending) untilSent(event.submitter.formAction)
  }, true)

  async function untilSent (url) {
    sending = true
    part('ask').hidden = true
    while (!await sentOnce(url)) await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS))
    sending = false
  }

  async function sentOnce (url) {
    const body = new URLSearchParams(new FormData(form))
    const headers = { Accept: 'application/json', 'X-CSRF-Token': form.elements.csrf_token.value }
    try {
      const answer = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
      if (answer.ok && !answer.redirected) return sent(await answer.json())
      part('signed-out').hidden = answer.status !== 401
      // A token that died with its session: whoever signed in again, in another tab too, has a new one.
      if (answer.status < 500) await newToken()
    } catch {
      // Said below, and tried again.
    }
    part('trouble').hidden = false
    return false
  }

  async function newToken () {
    const answer = await fetch(form.dataset.tokenUrl, { headers: { Accept: 'application/json' }, cache: 'no-store' })
    if (!answer.ok) return
    const token = (await answer.json()).csrf_token
    for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = token
  }

  function sent (told) {
    form.querySelector('[data-version]').value = told.version
    part('trouble').hidden = true
    part('left-out').hidden = !told.left_out.length
    part('left-out').textContent = `Could not be read, so say it by telephone: ${told.left_out.join('; ')}.`
    for (const one of form.querySelectorAll('[data-before-sending]')) one.hidden = true
    for (const one of form.querySelectorAll('[data-after-sending]')) one.hidden = false
    const seen = part('seen')
    const words = { id: 'danger-seen', className: 'fd-danger-seen fd-danger-seen--waiting', textContent: 'Sent as red.' }
    seen.replaceChildren(Object.assign(document.createElement('p'), words))
    seen.dataset.pollUrl = place.dataset.seenUrl
    seen.dataset.pollSeconds = 2
    poll(seen, 0)
    return true
  }
}
