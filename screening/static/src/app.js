// Joins each module to the parts of the page that it looks after. Without JavaScript every page still works.
import { Button, ErrorSummary, SkipLink, createAll } from 'govuk-frontend'
import { copyNotes, saveByItself } from './autosave.js'
import { countInTitle } from './danger_alerts.js'
import { holdDialogs } from './dialogs.js'
import { listenForKeys } from './keys.js'
import { refreshPanel } from './panel.js'
import { pollByItself } from './poll.js'
import { walkQueue } from './queue_keys.js'
import { findAsTyped, matchAsTyped } from './matches.js'
import { showNames } from './names.js'
import { markSections } from './sections.js'
import { tickTimers } from './timers.js'

// GOV.UK sets these by an inline line, which our content security policy refuses.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
createAll(Button)
createAll(ErrorSummary)
createAll(SkipLink)

holdDialogs()
listenForKeys()
tickTimers()
pollByItself()
countInTitle()
walkQueue()

const workspace = document.querySelector('[data-workspace]')
if (workspace) {
  const goTo = markSections(workspace)
  const panel = refreshPanel(workspace)
  const { saveNow } = saveByItself(workspace, { onSaved: (answer) => { goTo.showStates(answer.sections); showNames(workspace, answer); panel.refresh() } })
  matchAsTyped(workspace, { saveNow, onAnswered: panel.refresh })
  copyNotes(workspace)
}

const finder = document.querySelector('[data-find]')
if (finder) findAsTyped(finder)
