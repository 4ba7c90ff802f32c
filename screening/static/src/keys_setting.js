// Single-key shortcuts can be switched off (WCAG 2.1.4). Kept in this browser: it says nothing about anybody's work.
const NAME = 'single-keys'

export function keysAreOn () {
  return localStorage.getItem(NAME) !== 'off'
}

export function switchKeys (on) {
  localStorage.setItem(NAME, on ? 'on' : 'off')
}
