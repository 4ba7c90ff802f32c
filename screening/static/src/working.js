// Tells the service, while somebody types, that they work on it still, so that lists go on saying so. A failure loses nothing.
import { once } from './posting.js'

const AT_MOST_EVERY_MS = 60_000

export function sayWorking (form) {
  let said = performance.now()
  form.addEventListener('input', () => {
    if (performance.now() - said < AT_MOST_EVERY_MS) return
    said = performance.now()
    once(form, form.dataset.workingUrl, new URLSearchParams())
  })
}
