// Posts the call again and again until the service has it: what must reach a social worker waits for no network or session.
import { bodyOf, once, renewToken } from './posting.js'

const TRY_AGAIN_MS = 2000
const TIMEOUT_MS = 5000
// It would be refused again: for what it says, or since the call is a colleague's or gone.
const FINAL = [403, 404, 409, 422]

// `onTrouble` is told each time that it failed, with the answer or nothing, and whether that is final; gives what the service
// said in the end, or null where it refuses.
export async function insist (form, url, onTrouble, button) {
  while (true) {
    const body = bodyOf(form)
    if (button) body.set(button.name, button.value)
    const answer = await once(form, url, body, TIMEOUT_MS)
    if (answer?.ok && !answer.redirected && answer.said) return answer.said
    const final = FINAL.includes(answer?.status)
    onTrouble(answer, final)
    if (final) return null
    // A token that died with its session: whoever signed in again, in another tab too, has a new one.
    if (answer && answer.status < 500) await renewToken(form)
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS))
  }
}

// A button of the call's dialogs acts without leaving the page, before anything else that listens for the form.
export function onPressed (form, value, act) {
  document.addEventListener('submit', (event) => {
    if (event.target !== form || event.submitter?.value !== value) return
    event.preventDefault()
    event.stopImmediatePropagation()
    event.submitter.closest('dialog')?.close()
    act(event.submitter.formAction, event.submitter)
  }, true)
}
