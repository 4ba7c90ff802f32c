// Where words of one call come from two places: another window or machine that saved first, or this machine's own journal
// of words that never reached the service.
import { compare } from './compare.js'
import { ask } from './posting.js'
import { drawn } from './swap.js'
import { showTrouble } from './trouble.js'
import { pairsOf, valuesOf } from './typed.js'

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })
const AGAIN_MS = 3000

// Another window saved: lay both side by side.
export async function chooseWhatStays (form, saver, { base }) {
  const answer = await ask(form.dataset.takeUrl)
  if (!answer) return void setTimeout(() => chooseWhatStays(form, saver, { base }), AGAIN_MS)
  if (!answer.ok) return showTrouble(form, answer.status === 401 ? 'signedOut' : 'gone')
  const theirs = versionOf(drawn(answer.text))
  const kept = theirs.form.querySelector('[data-saved]').textContent.trim().replace('Saved', 'kept at')
  await compare(form, saver, {
    theirs: () => theirs,
    base,
    words: {
      title: 'This call was changed in two windows: what stays?',
      mine: 'Mine, on this page',
      theirs: `Theirs, ${kept}`,
      all_mine: 'Keep all of mine',
      all_theirs: 'Take all of theirs'
    }
  })
}

// Words that pages which are gone could not bring to the service: offered, never put in by themselves.
export async function offerUnsaved (form, saver, journal) {
  for (const { at, version, pairs, forget } of await journal.left()) {
    const theirs = versionOf(form)
    const mine = { ...theirs.values, ...valuesOf(pairs) }
    if (JSON.stringify(mine) !== JSON.stringify(theirs.values)) {
      await compare(form, saver, {
        // Who types goes on while the panel stands: what is kept now counts, not what was when the page was loaded.
        theirs: () => versionOf(form),
        mine,
        // Nobody has saved since: then all that differs was typed there.
        base: version === theirs.version ? theirs.values : undefined,
        words: {
          title: `Words typed at ${CLOCK.format(new Date(at))} that did not reach us`,
          mine: 'Typed then',
          theirs: 'Kept now',
          all_mine: 'Put them in',
          all_theirs: 'Leave them'
        }
      })
    }
    await forget()
  }
}

const versionOf = (page) => ({ form: page, values: valuesOf(pairsOf(page)), version: page.querySelector('[data-version]').value })
