// Two versions of one call, field by field: what stays is a person's to say. Nothing is written until they have said it.
import { announce } from './announce.js'
import { bodyOf } from './posting.js'
import { swapIn } from './swap.js'
import { namesThatDiffer, pairsOf, same, valuesOf } from './typed.js'

const PERSON = /^(children|adults)\.(\d+)\./
const ONE = { children: 'Child', adults: 'Adult' }

// words: {title, mine, theirs, all_mine, all_theirs}. theirs: gives {values, version, form} as it is now. mine: values that
// count in the rows shown, or nothing where it is what the page holds. base: what both began with, where that is known. Resolves once it is settled, and kept.
export function compare (form, saver, { words, theirs, mine, base }) {
  const place = document.querySelector('[data-compare]')
  const list = place.querySelector('[data-compare-rows]')
  const here = () => mine ?? valuesOf(pairsOf(form))
  const shown = theirs()
  const differ = namesThatDiffer(here(), shown.values)
  if (!differ.length) return settle(() => 'theirs')

  place.querySelector('[data-compare-title]').textContent = words.title
  list.replaceChildren(...differ.map(row))
  for (const [name, text] of Object.entries({ mine: words.all_mine, theirs: words.all_theirs })) {
    place.querySelector(`[data-compare-all=${name}]`).textContent = text
  }
  // Not where the cursor goes: whoever is writing goes on writing. F6 goes there.
  place.hidden = false
  announce(words.title)

  return new Promise((resolve) => {
    place.onclick = async (event) => {
      const all = event.target.closest('[data-compare-all]')?.dataset.compareAll
      if (!all && !event.target.closest('[data-compare-done]')) return
      const open = !all && [...list.children].find((one) => !one.querySelector(':checked'))
      if (open) {
        announce('Choose what stays in each')
        return open.querySelector('input').focus()
      }
      if (!await settle((name) => all ?? chosen(name))) return
      place.hidden = true
      place.onclick = null
      list.replaceChildren()
      form.querySelector('[data-section] input')?.focus({ preventScroll: true })
      resolve()
    }
  })

  // What is on the page now counts, not what was when the two were laid side by side.
  async function settle (choice) {
    // What the page holds is their side then: it is kept first, so that it is no conflict of its own.
    if (mine && !await saver.saveNow()) return false
    const others = theirs()
    const typed = valuesOf(pairsOf(form))
    const told = await saver.sendTo(form.getAttribute('action'), () => bodyOfBoth(others, choice))
    if (!told) return false
    swapIn(form, told.html, typed)
    saver.redrawn()
    return true
  }

  function bodyOfBoth (others, choice) {
    const body = bodyOf(form)
    for (const [name] of pairsOf(body)) body.delete(name)
    for (const name of new Set([...Object.keys(here()), ...Object.keys(others.values)])) {
      for (const value of staying(name, choice(name), others.values[name] ?? [])) body.append(name, value)
    }
    body.set('version', others.version)
    return body
  }

  function staying (name, choice, others) {
    const ours = here()[name] ?? []
    if (mine && !differ.includes(name)) return others
    if (choice === 'both') return [[...others, ...ours].join('\n')]
    // What was never side by side was the same in both then: the page has the newer.
    return choice === 'theirs' ? others : ours
  }

  function chosen (name) {
    return list.querySelector(`[data-name="${CSS.escape(name)}"] :checked`)?.value ?? 'mine'
  }

  function row (name, number) {
    const one = document.querySelector('[data-compare-row]').content.cloneNode(true).firstElementChild
    const long = document.querySelector(`textarea[name="${CSS.escape(name)}"]`)
    one.dataset.name = name
    one.querySelector('legend').textContent = labelOf(form, name) ?? labelOf(shown.form, name) ?? name
    const values = { mine: [words.mine, here()[name]], theirs: [words.theirs, shown.values[name]], both: ['Both, one after the other'] }
    for (const [whose, [title, value]] of Object.entries(values)) {
      const item = one.querySelector(`[data-whose=${whose}]`)
      const input = item.querySelector('input')
      input.name = `stays-${number}`
      input.id = `stays-${number}-${whose}`
      input.checked = whose === proposed(name)
      item.querySelector('label').htmlFor = input.id
      item.querySelector('[data-title]').textContent = title
      item.querySelector('[data-words]').textContent = whose === 'both' ? '' : wordsOf(name, value)
      if (whose === 'both' && !(long && here()[name] && shown.values[name])) item.remove()
    }
    return one
  }

  // Where only one of the two changed a field, that one is proposed. Where both did, nobody is.
  function proposed (name) {
    // Somebody was taken out there: the places of those behind moved up, so that a place says nothing of who it is.
    if (!base || (PERSON.test(name) && count(shown.values) < count(base))) return undefined
    if (same(here()[name], base[name])) return 'theirs'
    return same(shown.values[name], base[name]) ? 'mine' : undefined
  }

  function wordsOf (name, values = []) {
    return values.map((value) => choiceWords(form, name, value) ?? value).join(', ') || 'Nothing'
  }
}

const count = (values) => new Set(Object.keys(values).map((name) => PERSON.exec(name)?.[0])).size

function controlOf (form, name) {
  return form.querySelector(`[name="${CSS.escape(name)}"]`)
}

function labelOf (form, name) {
  const control = controlOf(form, name)
  if (!control) return undefined
  const choice = control.type === 'radio' || control.type === 'checkbox'
  const label = choice ? control.closest('fieldset')?.querySelector('legend') : control.labels?.[0] ?? form.querySelector(`label[for="${control.id}"]`)
  const [, list, place] = PERSON.exec(name) ?? []
  const text = label?.textContent.trim()
  if (name.startsWith('referrer.')) return `Caller: ${text}`
  return list ? `${ONE[list]} ${Number(place) + 1}: ${text}` : text
}

function choiceWords (form, name, value) {
  const control = controlOf(form, name)
  if (control?.tagName === 'SELECT') return [...control.options].find((option) => option.value === value)?.text
  const choice = form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]:is([type=radio], [type=checkbox])`)
  return choice?.labels[0]?.textContent.trim()
}
