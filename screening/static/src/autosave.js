// Saves the draft after each pause in typing, and within a second of the first key however long one types. A save that
// fails says so, keeps saying so, and is tried again. Never writes over another window: a 409 stops saving until the
// person has chosen what stays.
import { bodyOf, post, postAndGo, renewToken } from './posting.js'
import { showTrouble } from './trouble.js'
import { pairsOf, valuesOf } from './typed.js'

const PAUSE_MS = 500
// From the first key that is not saved: with the way to the service, at most a second is lost whatever happens.
const LONGEST_MS = 800
const SLOW_MS = 1000
const RETRY_MS = [2000, 5000, 10000]
const TAKEN_OVER = 'Taken over'
const REFUSED = { 401: 'signedOut', 404: 'gone' }

export function saveByItself (form, { journal, onSaved, onConflict, onSignedOut }) {
  const version = form.querySelector('[data-version]')
  const saved = form.querySelector('[data-saved]')
  let timer, going, since, failures = 0, saving = false, changed = false, stopped = false
  let kept = valuesOf(pairsOf(form))

  function changeSeen () {
    if (!changed) since = performance.now()
    changed = true
    journal.note()
    if (saved.dataset.state !== 'failed') saved.dataset.state = 'changed'
    // While saving fails, it is tried again at its own pace, not at each key.
    if (stopped || failures) return
    wait(Math.min(PAUSE_MS, Math.max(0, since + LONGEST_MS - performance.now())))
  }

  function wait (delay) {
    clearTimeout(timer)
    timer = setTimeout(save, delay)
  }

  function save () {
    if (!saving && !stopped && changed) going = keepTyped()
    return going
  }

  // Whoever acts on what was typed waits until it is kept, and is told whether it was.
  async function saveNow () {
    await going
    clearTimeout(timer)
    await save()
    return !changed && !stopped
  }

  // Work that itself sends what is typed: no save goes beside it, or one of the two would be told of a conflict.
  async function hold (work) {
    while (saving) await going
    clearTimeout(timer)
    saving = true
    going = work()
    try {
      return await going
    } finally {
      saving = false
      if (changed && !stopped && !failures) wait(0)
    }
  }

  async function keepTyped () {
    saving = true
    const told = await send(form.dataset.autosaveUrl, bodyOf(form))
    saving = false
    if (told && changed) wait(PAUSE_MS)
  }

  // Keep what is typed in another way than the usual: gives what the service answered, or nothing where it did not keep it.
  // `bodyNow` is asked once no save is under way: read before, it would name the version that this save replaces.
  function sendTo (url, bodyNow) {
    return hold(() => send(url, bodyNow()))
  }

  async function send (url, body) {
    changed = false
    const sent = valuesOf(pairsOf(body))
    const slow = setTimeout(() => say('saving', 'Saving'), SLOW_MS)
    const answer = await post(form, url, body)
    clearTimeout(slow)
    if (!answer?.ok || !answer.said) return refused(answer)
    took(answer.said, sent)
    return answer.said
  }

  // The service holds this now. `sent` is what it was sent: what was typed since is still to be kept.
  function took (answer, sent) {
    failures = 0
    stopped = false
    kept = sent
    version.value = answer.version
    say(changed ? 'changed' : 'saved', `Saved ${answer.saved_at}`)
    showTrouble(form, null)
    if (!changed) journal.drop()
    onSaved(answer)
  }

  async function refused (answer) {
    changed = true
    say('failed', 'Not saved')
    journal.note()
    if (answer?.status === 409 || answer?.status === 412) return stop(answer.said ?? {})
    if (answer?.status === 401) onSignedOut()
    const known = answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429
    again(known ? REFUSED[answer.status] ?? 'refused' : 'failed')
  }

  function again (kind) {
    const delay = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]
    failures += 1
    showTrouble(form, kind)
    wait(delay)
  }

  function stop (problem) {
    stopped = true
    clearTimeout(timer)
    // Whoever took it over has it now: what is here can only be copied, and told to them.
    if (problem.title === TAKEN_OVER) return showTrouble(form, 'takenOver', problem.detail)
    showTrouble(form, 'conflict', problem.detail)
    onConflict({ base: kept })
  }

  function say (state, words) {
    saved.dataset.state = state
    saved.textContent = words
  }

  function tryNow () {
    if (!stopped && changed) wait(0)
  }

  function warn (event) {
    if (changed || saving) event.preventDefault()
  }

  form.addEventListener('input', changeSeen)
  // Coming back from signing in elsewhere: no button of this page may be refused for a token that died.
  window.addEventListener('focus', () => renewToken(form))
  window.addEventListener('online', tryNow)
  document.addEventListener('visibilitychange', tryNow)
  window.addEventListener('beforeunload', warn)
  window.addEventListener('pagehide', () => { if (changed && !stopped) postAndGo(form.dataset.autosaveUrl, bodyOf(form)) })

  return {
    saveNow,
    hold,
    sendTo,
    refused,
    tryNow,
    // The page was drawn anew by the service: what both begin with is what stands there.
    redrawn () { kept = valuesOf(pairsOf(form)) },
    // A page that is left on purpose, once its words are kept elsewhere.
    leave () {
      stopped = true
      changed = false
      clearTimeout(timer)
      journal.drop()
      window.removeEventListener('beforeunload', warn)
    }
  }
}
