// Keeps a decision that is being written on the server, for its writer alone: a closed tab loses at most what came in the
// last pause. Where that fails it says so, and tries again with the next words.
import { bodyOf, post, postAndGo } from './posting.js'

const PAUSE_MS = 2000
const RETRY_MS = 10_000

export function keepUnsent (form) {
  const told = form.querySelector('[data-unsent-told]')
  let timer, changed = false, sent = false

  async function keep () {
    if (sent) return
    changed = false
    const answer = await post(form, form.dataset.unsentUrl, bodyOf(form))
    const kept = answer?.ok && !answer.redirected && answer.said?.kept_at
    told.textContent = kept ? `Kept for you at ${answer.said.kept_at}` : answer?.said?.detail ?? 'Not kept yet: stay on this page'
    if (kept) return
    changed = true
    wait(RETRY_MS)
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
  window.addEventListener('pagehide', () => { if (changed && !sent) postAndGo(form.dataset.unsentUrl, bodyOf(form)) })
}
