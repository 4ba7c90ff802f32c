// Posts of the workspace: with its token, within a time, and with a new token where the page outlived its session.
const TIMEOUT_MS = 8000
const JSON_ONLY = { Accept: 'application/json' }

export function bodyOf (form) {
  return new URLSearchParams(new FormData(form))
}

// Gives the answer, whatever it says; nothing where the service could not be reached.
export async function post (form, url, body) {
  const first = await once(form, url, body)
  // A token that died with its session is a 400; what else is refused stays refused.
  if (first?.status !== 400 || !await renewToken(form)) return first
  body.set('csrf_token', form.elements.csrf_token.value)
  return once(form, url, body)
}

// Once, whatever comes of it; see `whole`.
export function once (form, url, body, within = TIMEOUT_MS) {
  const headers = { ...JSON_ONLY, 'X-CSRF-Token': form.elements.csrf_token.value }
  return whole(url, { method: 'POST', body, headers }, within)
}

export function ask (url) {
  return whole(url, { headers: JSON_ONLY, cache: 'no-store' }, TIMEOUT_MS)
}

// The answer to its last byte, with `text`, and `said` where that is JSON; nothing where the service could not be reached,
// or the network went away in the middle of what it said.
async function whole (url, options, within) {
  try {
    const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(within) })
    const text = await answer.text()
    return { ok: answer.ok, status: answer.status, redirected: answer.redirected, url: answer.url, text, said: parsed(text) }
  } catch {
    return null
  }
}

function parsed (text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// Whoever signed in again has a new session, and the page's token died with the old one.
export async function renewToken (form) {
  const answer = await ask(form.dataset.tokenUrl)
  const token = answer?.ok && answer.said?.csrf_token
  if (!token) return false
  for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = token
  return true
}

// The last words before the page goes away: the browser sends them although nobody waits for the answer.
export function postAndGo (url, body) {
  fetch(url, { method: 'POST', body, headers: JSON_ONLY, keepalive: true }).catch(() => {})
}
