// Keeps a decision that is being written on the server, for its writer alone: a closed tab loses at most what came in the
// last pause. Where that fails it says so in sight of whoever types, asks before the page is left, and tries again.
import { bodyOf, post, postAndGo } from './posting.js'

const PAUSE_MS = 2000
const RETRY_MS = 10_000
const FAILED = 'Not kept yet: the service cannot be reached. Stay on this page; it is tried again.'

export function keepUnsent (form) {
  const told = form.querySelector('[data-unsent-told]')
  const signedOut = form.querySelector('[data-unsent-signed-out]')
  let timer, changed = false, sent = false, failed = false

  async function keep () {
    if (sent) return
    changed = false
    const answer = await post(form, form.dataset.unsentUrl, bodyOf(form))
    const kept = answer?.ok && !answer.redirected && answer.said?.kept_at
    failed = !kept
    tell(kept, answer)
    if (kept) return
    changed = true
    wait(RETRY_MS)
  }

  function tell (kept, answer) {
    signedOut.hidden = answer?.status !== 401
    told.hidden = !signedOut.hidden
    told.classList.toggle('fd-unsent--not', failed)
    told.textContent = kept ? `Kept for you at ${kept}` : answer?.said?.detail ?? FAILED
  }

  function wait (delay) {
    clearTimeout(timer)
    timer = setTimeout(keep, delay)
  }

  form.addEventListener('input', () => {
    changed = true
    wait(PAUSE_MS)
  })
  form.addEventListener('submit', () => {
    sent = true
    clearTimeout(timer)
  })
  // Back from where it was sent to: what is typed now is not sent.
  window.addEventListener('pageshow', () => { sent = false })
  window.addEventListener('beforeunload', (event) => { if (failed && !sent) event.preventDefault() })
  window.addEventListener('pagehide', () => { if (changed && !sent) postAndGo(form.dataset.unsentUrl, bodyOf(form)) })
}
