// The keys of every page, as data: each module adds its own by one call of `addKey`; a button is given one by data-key.
// A digit or a letter acts only outside fields and while single keys are on (WCAG 2.1.4); nothing acts over a dialog.
import { keysAreOn, switchKeys } from './keys_setting.js'

const SEQUENCE_MS = 1500
const WRITES = 'textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox]):not([type=submit]):not([type=button])'
const known = []
let begun, ends

// `key` as the sheet says it: 'F6', 'Alt+Q', 'y', 'g q'. `on` is what must be on the page. Without `act` it is only told of:
// whoever listens does so elsewhere. `act` gives false where it had nothing to do.
export function addKey (key, words, { on = 'body', act } = {}) {
  known.push({ key, words, on, act })
}

export function listenForKeys () {
  addKey('?', 'Show these keys', { act: showSheet })
  for (const link of document.querySelectorAll('[data-go]')) {
    addKey(`g ${link.dataset.go}`, `Go to ${link.textContent.trim()}`, { act: () => link.click() })
  }
  document.addEventListener('click', (event) => { if (event.target.closest('[data-shows-keys]')) showSheet() })
  document.addEventListener('keydown', (event) => {
    if (event.metaKey || event.isComposing || document.querySelector('dialog[open]')) return
    const name = nameOf(event)
    const single = name.length === 1
    if (single && (!keysAreOn() || event.target.closest(WRITES))) return
    const sequence = single && begun
    begun = undefined
    clearTimeout(ends)
    if (press(sequence ? `g ${name}` : name)) return event.preventDefault()
    if (name !== 'g' || sequence) return
    begun = true
    ends = setTimeout(() => { begun = undefined }, SEQUENCE_MS)
  })
}

function press (name) {
  const button = buttonOf(name)
  if (button) {
    // A dialog gives the focus back to where somebody was writing.
    if (!('opens' in button.dataset)) button.focus()
    button.click()
    return true
  }
  const found = known.find((one) => one.key === name && one.act && document.querySelector(one.on))
  return Boolean(found) && found.act() !== false
}

function buttonOf (name) {
  return [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].find((one) => one.checkVisibility() && !one.disabled)
}

function nameOf ({ key, code, altKey, ctrlKey, shiftKey }) {
  // With Alt or Shift a layout makes other signs of the digits and letters: what counts is the key.
  const plain = /^(?:Digit|Key)(.)$/.exec(code)?.[1]
  const held = [ctrlKey && 'Ctrl', altKey && 'Alt', shiftKey && (ctrlKey || altKey) && 'Shift'].filter(Boolean)
  return [...held, held.length && plain ? plain : key].join('+')
}

function showSheet () {
  const sheet = document.getElementById('keys')
  const list = sheet.querySelector('[data-keys-list]')
  const buttons = [...document.querySelectorAll('[data-key]')].filter((one) => one.checkVisibility())
  const here = known.filter((one) => document.querySelector(one.on))
  list.replaceChildren(...[...buttons.map((one) => [one.dataset.key, wordsOf(one)]), ...here.map((one) => [one.key, one.words])].flatMap(row))
  const box = sheet.querySelector('[data-keys-switch]')
  box.checked = keysAreOn()
  box.onchange = () => switchKeys(box)
  sheet.showModal()
}

function wordsOf (button) {
  const copy = button.cloneNode(true)
  for (const sign of copy.querySelectorAll('kbd')) sign.remove()
  return (copy.querySelector('[class$=__title]') ?? copy).textContent.trim().replace(/\s+/g, ' ')
}

function row ([key, words]) {
  const [term, told] = [document.createElement('dt'), document.createElement('dd')]
  for (const part of key.split(/[ +]/)) {
    const sign = document.createElement('kbd')
    sign.className = 'fd-key'
    sign.textContent = part
    term.append(sign, ' ')
  }
  told.textContent = words
  return [term, told]
}
