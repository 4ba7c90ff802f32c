// Says, and keeps saying, that words are not kept yet and why; and gives them to copy.
import { announce } from './announce.js'
import { pairsOf } from './typed.js'

const WORDS = {
  failed: ['Not saved', 'The service cannot be reached. Your words are still on this page, and saving is tried again. Do not close it.'],
  signedOut: ['Not saved: you are signed out', 'Your words are still on this page. Sign in here, and it saves by itself.'],
  conflict: ['Another window has changed this call', 'Nothing of theirs was written over, and nothing of yours is lost. Choose what stays, at the top of this page.'],
  takenOver: ['Not saved: this call was taken over', ''],
  gone: ['Not saved', 'This contact has been sent, or is no longer yours to change. Copy your notes, then look under your contacts.'],
  refused: ['Not saved', 'The service did not accept this. Copy your notes and tell your manager.'],
  notDone: ['Not done yet', 'The service cannot be reached, so this page stays. Your words are still on it. Try again.']
}

export function showTrouble (form, kind, detail = '') {
  const box = form.querySelector('[data-trouble]')
  if (!kind) {
    if (!box.hidden) announce('Saved again')
    box.hidden = true
    return
  }
  const [title, text] = WORDS[kind]
  box.querySelector('[data-trouble-title]').textContent = title
  box.querySelector('[data-trouble-text]').textContent = [detail, text].filter(Boolean).join(' ')
  box.querySelector('[data-sign-in-again]').hidden = kind !== 'signedOut'
  box.hidden = false
}

// Everything that was typed or chosen, as lines of text, for when the service cannot keep it.
export function copyNotes (form) {
  const button = form.querySelector('[data-copy-notes]')
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(notes(form))
    button.textContent = 'Copied'
    announce('Your notes are copied')
  })
}

function notes (form) {
  const reference = form.querySelector('h1').textContent.trim()
  const lines = pairsOf(form).filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`)
  return [reference, ...lines].join('\n')
}
