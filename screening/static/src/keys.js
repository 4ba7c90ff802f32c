// A key named by data-key presses its button. A digit or a letter does so only outside fields, and only while keys are on.
import { keysAreOn } from './keys_setting.js'

export function listenForKeys () {
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return
    const single = event.key.length === 1
    if (single && (!keysAreOn() || event.target.closest('input, select, textarea'))) return
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)
    if (!button) return
    event.preventDefault()
    // A dialog gives the focus back to where somebody was writing.
    if (!('opens' in button.dataset)) button.focus()
    button.click()
  })
}
