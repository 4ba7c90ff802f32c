// Saves the draft after each pause in typing. A save that fails says so, keeps saying so, and is tried again.
// Never writes over another tab: a 409 stops saving until the person has looked.
import { announce } from './announce.js'

const PAUSE_MS = 800
const RETRY_MS = [2000, 5000, 10000]
const TIMEOUT_MS = 8000

const TROUBLE = {
  failed: ['Not saved', 'The service cannot be reached. Your words are still on this page, and saving is tried again. Do not close it.'],
  signedOut: ['Not saved: you are signed out', 'Copy your notes, sign in again in another tab, then come back to this one: it then saves by itself.'],
  conflict: ['Another tab has changed this contact', 'Nothing of theirs was written over. Copy your notes, then reload this page to see the newer version.'],
  gone: ['Not saved', 'This contact has been sent, or is no longer yours to change. Copy your notes, then look under your contacts.'],
  refused: ['Not saved', 'The service did not accept this. Copy your notes and tell your manager.']
}

export function saveByItself (form, { onSaved }) {
  const version = form.querySelector('[data-version]')
  const saved = form.querySelector('[data-saved]')
  let timer, going, failures = 0, saving = false, changed = false, stopped = false, renewed = false

  function changeSeen () {
    changed = true
    if (stopped) return
    say('changed', saved.dataset.state === 'failed' ? saved.textContent : 'Changed')
    wait(PAUSE_MS)
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

  async function keepTyped () {
    saving = true
    changed = false
    say('saving', 'Saving')
    let answer
    try {
      answer = await send(form)
    } catch {
      answer = null
    }
    saving = false
    await settle(answer)
  }

  async function settle (answer) {
    if (answer?.ok) return keep(await answer.json())
    changed = true
    if (answer?.status === 409 || answer?.status === 412) return stop('conflict')
    if (answer?.status === 401 || answer?.redirected) {
      renewed = false
      return again('signedOut')
    }
    if (answer?.status === 400 && !renewed) {
      renewed = await renewToken(form)
      if (renewed) return wait(0)
    }
    if (answer?.status === 404) return again('gone')
    if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429) return again('refused')
    again('failed')
  }

  function keep (answer) {
    failures = 0
    renewed = false
    version.value = answer.version
    say('saved', `Saved ${answer.saved_at}`)
    showTrouble(form, null)
    onSaved(answer)
    if (changed) wait(PAUSE_MS)
  }

  function again (kind) {
    const delay = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]
    failures += 1
    say('failed', 'Not saved')
    showTrouble(form, kind)
    wait(delay)
  }

  function stop (kind) {
    stopped = true
    say('failed', 'Not saved')
    showTrouble(form, kind)
  }

  function say (state, words) {
    saved.dataset.state = state
    saved.textContent = words
  }

  form.addEventListener('input', changeSeen)
  form.addEventListener('submit', () => { stopped = true; clearTimeout(timer); window.removeEventListener('beforeunload', warn) })
  // Coming back from signing in elsewhere: no button of this page may be refused for a token that died.
  window.addEventListener('focus', () => renewToken(form))
  window.addEventListener('online', () => changed && wait(0))
  document.addEventListener('visibilitychange', () => changed && wait(0))
  window.addEventListener('beforeunload', warn)

  function warn (event) {
    if (changed || saving) event.preventDefault()
  }

  return { saveNow }
}

function send (form) {
  return fetch(form.dataset.autosaveUrl, {
    method: 'POST',
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: 'application/json', 'X-CSRF-Token': form.elements.csrf_token.value },
    signal: AbortSignal.timeout(TIMEOUT_MS)
  })
}

// Whoever signed in again has a new session, and the page's token died with the old one.
async function renewToken (form) {
  try {
    const answer = await fetch(form.dataset.tokenUrl, { headers: { Accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!answer.ok) return false
    const token = (await answer.json()).csrf_token
    for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = token
    return true
  } catch {
    return false
  }
}

function showTrouble (form, kind) {
  const box = form.querySelector('[data-trouble]')
  if (!kind) {
    if (!box.hidden) announce('Saved again')
    box.hidden = true
    return
  }
  const [title, text] = TROUBLE[kind]
  box.querySelector('[data-trouble-title]').textContent = title
  box.querySelector('[data-trouble-text]').textContent = text
  box.hidden = false
}

// Everything that was typed or chosen, as lines of text, for when the service cannot keep it.
export function copyNotes (form) {
  const button = form.querySelector('[data-copy-notes]')
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(notes(form))
    button.textContent = 'Copied'
    announce('Your notes are copied')
  })
}

function notes (form) {
  const reference = form.querySelector('h1').textContent.trim()
  const lines = [...new FormData(form)]
    .filter(([name, value]) => value && !['csrf_token', 'version'].includes(name))
    .map(([name, value]) => `${name}: ${value}`)
  return [reference, ...lines].join('\n')
}
