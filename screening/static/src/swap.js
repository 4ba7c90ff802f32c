// Puts the server's newest drawing of the call into the page, section by section: the sections themselves stay, so that
// whatever listens to them goes on; what was typed while it was drawn stays too.
import { Button, createAll } from 'govuk-frontend'
import { namesThatDiffer, pairsOf, put, valuesOf } from './typed.js'

export function drawn (html) {
  return new DOMParser().parseFromString(html, 'text/html').querySelector('[data-workspace]')
}

// `sent` is what the drawing was made of, by name; what differs from it was typed since.
export function swapIn (form, html, sent) {
  const typed = valuesOf(pairsOf(form))
  const since = namesThatDiffer(sent, typed)
  const fresh = drawn(html)
  for (const section of form.querySelectorAll('[data-section]')) {
    const newest = fresh.querySelector(`#${section.id}`)
    if (!newest) continue
    const open = unfolded(section)
    section.replaceChildren(...newest.childNodes)
    for (const group of section.querySelectorAll('details')) group.open ||= open.has(nameOf(group))
    createAll(Button, {}, section)
  }
  for (const name of since) put(form, name, typed[name])
  // Who they may be: one fold for each person of the call.
  form.querySelector('[data-matches]')?.replaceChildren(...fresh.querySelector('[data-matches]')?.childNodes ?? [])
}

const nameOf = (group) => group.querySelector('[name]')?.name ?? group.id
const unfolded = (section) => new Set([...section.querySelectorAll('details[open]')].map(nameOf))
