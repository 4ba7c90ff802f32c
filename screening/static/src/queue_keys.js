// In a list of work: j and k move, Enter opens, a accepts, s says seen, r returns. Where many are sorted at once, x selects.
import { addKey } from './keys.js'

export function walkQueue () {
  const on = '[data-queue], [data-sorts]'
  // Asked for anew: the list is swapped while the page is open.
  const rows = () => [...document.querySelectorAll('[data-queue] tbody .fd-case, [data-sorts] .fd-home__item')]
  const current = () => rows().findIndex((row) => row.contains(document.activeElement))

  function move (step) {
    const all = rows()
    const next = Math.max(0, Math.min(all.length - 1, current() + step))
    all[next]?.querySelector('a').focus()
  }

  const press = (key) => rows()[current()]?.querySelector(`[data-row-key="${key}"]`)?.click()
  addKey('j', 'Next in the list', { on, act: () => move(1) })
  addKey('k', 'Back in the list', { on, act: () => move(-1) })
  addKey('a', 'Accept where you are in the list', { on: '[data-queue]', act: () => press('a') })
  // A key of its own: who means to accept must not take it for accepted that they saw an alert.
  addKey('s', 'Seen, where you are in the list', { on: '[data-queue]', act: () => press('s') })
  addKey('r', 'Return where you are in the list', { on: '[data-queue]', act: () => press('r') })
  addKey('x', 'Select where you are in the list, and again to undo that', { on: '[data-sorts]', act: () => rows()[current()]?.querySelector('input[type=checkbox]')?.click() })
}
