// Joins each module to the parts of the page that it looks after. Without JavaScript every page still works.
import { Button, ErrorSummary, SkipLink, createAll } from 'govuk-frontend'
import { saveByItself } from './autosave.js'
import { measureBars } from './bars.js'
import { addCallKeys } from './call_keys.js'
import { countInTitle } from './danger_alerts.js'
import { keepCallSafe } from './call_safe.js'
import { consult, sendDanger } from './danger.js'
import { lookForEarlierCalls } from './earlier_calls.js'
import { holdDialogs } from './dialogs.js'
import { journalOf } from './journal.js'
import { listenForKeys } from './keys.js'
import { leaveOnceKept } from './leave.js'
import { refreshPanel } from './panel.js'
import { pollByItself } from './poll.js'
import { walkQueue } from './queue_keys.js'
import { findAsTyped, matchAsTyped } from './matches.js'
import { showNames } from './names.js'
import { markSections } from './sections.js'
import { keepSession } from './session.js'
import { tickTimers } from './timers.js'
import { copyNotes } from './trouble.js'
import { keepUnsent } from './unsent.js'
import { sayWorking } from './working.js'
import { chooseWhatStays, offerUnsaved } from './windows.js'

// GOV.UK sets these by an inline line, which our content security policy refuses.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
createAll(Button)
createAll(ErrorSummary)
createAll(SkipLink)

holdDialogs()
listenForKeys()
lookForEarlierCalls()
tickTimers()
pollByItself()
countInTitle()
walkQueue()

for (const form of document.querySelectorAll('[data-unsent-url]')) keepUnsent(form)
for (const form of document.querySelectorAll('[data-working-url]')) sayWorking(form)

const workspace = document.querySelector('[data-workspace]')
if (workspace) {
  measureBars(workspace)
  const goTo = markSections(workspace)
  const journal = journalOf(workspace)
  const saver = saveByItself(workspace, {
    journal,
    onSaved (answer) {
      goTo.showStates(answer.sections)
      showNames(workspace, answer)
      callSafe.show(answer.call_safe)
      session.alive()
      panel.saved()
    },
    onConflict: (met) => chooseWhatStays(workspace, saver, met),
    onSignedOut: () => session.ended()
  })
  const panel = refreshPanel(workspace, { saver })
  const session = keepSession(workspace, { onSignedIn: saver.tryNow })
  matchAsTyped(workspace, { saver, onAnswered: panel.refresh })
  leaveOnceKept(workspace, saver)
  offerUnsaved(workspace, saver, journal)
  copyNotes(workspace)
  sendDanger(workspace, { onSent: panel.refresh })
  consult(workspace)
  addCallKeys(workspace)
  const callSafe = keepCallSafe(workspace)
}

const finder = document.querySelector('[data-find]')
if (finder) findAsTyped(finder)
