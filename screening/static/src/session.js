// The session of the workspace: says some minutes before that it ends, and has one sign in over the page once it did.
import { announce } from './announce.js'
import { ask, renewToken } from './posting.js'

const WARN_SECONDS = 180
const LOOK_AGAIN_MS = 60000
// Nobody's account of a child may end in a password field because a dialog opened under their fingers.
const HANDS_REST_MS = 1500
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })

export function keepSession (form, { onSignedIn }) {
  const dialog = document.getElementById('sign-in-again')
  const own = dialog.querySelector('form')
  const problem = dialog.querySelector('[data-problem]')
  const warning = document.querySelector('[data-session-ends]')
  let timer, typed = -Infinity, put = false
  form.addEventListener('keydown', () => { typed = performance.now() })
  form.querySelector('[data-sign-in-again]').addEventListener('click', open)

  async function look () {
    clearTimeout(timer)
    const answer = await ask(form.dataset.tokenUrl)
    if (answer?.status === 401) return ended()
    const told = (answer?.ok && answer.said) || { ends_in: WARN_SECONDS + LOOK_AGAIN_MS / 1000 }
    warn(told)
    const rest = (told.ends_in - WARN_SECONDS) * 1000
    timer = setTimeout(look, rest > 0 ? rest : Math.min(LOOK_AGAIN_MS, Math.max(1000, told.ends_in * 1000 + 500)))
  }

  function warn ({ ends_in: seconds, may_stay: mayStay }) {
    const soon = seconds <= WARN_SECONDS
    if (warning.hidden === !soon) return
    warning.hidden = !soon
    const at = CLOCK.format(new Date(Date.now() + seconds * 1000))
    warning.querySelector('[data-session-words]').textContent = mayStay
      ? `You are signed out at ${at} unless you type, or choose to stay.`
      : `Your ten hours end at ${at}. What you type is kept; sign in again then.`
    warning.querySelector('button').hidden = !mayStay
    if (soon) announce(warning.textContent)
  }

  warning.querySelector('button').addEventListener('click', async (event) => {
    event.preventDefault()
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value })
    await fetch(form.dataset.stayUrl, { method: 'POST', body, headers: { Accept: 'application/json' } }).catch(() => {})
    await look()
  })

  // Told by whatever was refused. Once put away it is opened again by its button.
  function ended () {
    warning.hidden = true
    if (!put && !dialog.open) open()
  }

  function open () {
    const rest = HANDS_REST_MS - (performance.now() - typed)
    if (rest > 0) return void setTimeout(() => dialog.open || open(), rest)
    if (dialog.open) return
    dialog.showModal()
    own.elements.password.focus()
  }

  dialog.addEventListener('close', () => { put = true })
  own.addEventListener('submit', async (event) => {
    event.preventDefault()
    const wrong = await signIn(own)
    problem.textContent = wrong ?? ''
    problem.hidden = !wrong
    own.elements.password.value = ''
    if (wrong) return own.elements.password.focus()
    alive()
    await renewToken(form)
    onSignedIn()
    look()
  })

  look()
  // Whoever signed in in another window is in here too.
  function alive () {
    if (dialog.open) dialog.close()
    setTimeout(() => { put = false })
  }

  return { ended, alive }
}

// Gives what went wrong, in words; nothing where it worked.
async function signIn (form) {
  try {
    const page = await fetch(form.action, { cache: 'no-store' })
    const token = new DOMParser().parseFromString(await page.text(), 'text/html').querySelector('[name=csrf_token]').value
    form.elements.csrf_token.value = token
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' } })
    return answer.ok ? undefined : (await answer.json()).detail
  } catch {
    return 'The service cannot be reached. Your words are still on this page. Try again.'
  }
}
