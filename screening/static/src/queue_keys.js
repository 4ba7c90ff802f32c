// In a list of work: j and k move, Enter opens, a accepts, r returns. Off inside fields, and off when switched off.
import { keysAreOn, switchKeys } from './keys_setting.js'

export function walkQueue () {
  const setting = document.querySelector('[data-keys-switch]')
  if (setting) {
    setting.hidden = false
    const box = setting.querySelector('input')
    box.checked = keysAreOn()
    box.addEventListener('change', () => switchKeys(box.checked))
  }
  // Asked for anew: the list is swapped while the page is open.
  const rows = () => [...document.querySelectorAll('[data-queue] tbody tr')]
  const current = () => rows().findIndex((row) => row.contains(document.activeElement))

  function move (step) {
    const all = rows()
    const next = Math.max(0, Math.min(all.length - 1, current() + step))
    all[next]?.querySelector('a').focus()
  }

  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !keysAreOn()) return
    if (event.target.closest('input, select, textarea')) return
    if (event.key === 'j') move(1)
    else if (event.key === 'k') move(-1)
    else if (event.key === 'a' || event.key === 'r') {
      rows()[current()]?.querySelector(`[data-row-key="${event.key}"]`)?.click()
    }
  })
}
