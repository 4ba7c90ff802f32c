// The list of sections: which one holds the cursor, what state each is in, and the keys that go to them.
export function markSections (form) {
  // The list leads: the keys go by the numbers that it shows.
  const sections = [...form.querySelectorAll('[data-section-link]')].map((link) => document.getElementById(link.hash.slice(1)))
  const linkOf = (id) => form.querySelector(`[data-section-link="${id}"]`)

  function mark (section) {
    for (const link of form.querySelectorAll('[data-section-link]')) link.removeAttribute('aria-current')
    linkOf(section.dataset.section)?.setAttribute('aria-current', 'true')
    current = section
  }

  function goTo (section) {
    if (!section) return
    section.scrollIntoView()
    const field = section.querySelector('input:not([type=hidden]), select, textarea')
    ;(field ?? section).focus({ preventScroll: true })
    mark(section)
  }

  let current = sections[0]
  mark(current)
  form.addEventListener('focusin', (event) => {
    const section = event.target.closest('[data-section]')
    if (section) mark(section)
  })
  form.addEventListener('click', (event) => {
    const link = event.target.closest('[data-section-link]')
    if (!link) return
    event.preventDefault()
    goTo(sections.find((section) => section.dataset.section === link.dataset.sectionLink))
  })
  // A question that is asked next may stand in a folded group.
  form.addEventListener('click', (event) => {
    const link = event.target.closest('[data-ask]')
    const field = link && document.getElementById(link.hash.slice(1))
    if (!field) return
    event.preventDefault()
    for (let group = field.closest('details'); group; group = group.parentElement.closest('details')) group.open = true
    field.closest('[data-question]').scrollIntoView({ block: 'center' })
    field.focus({ preventScroll: true })
  })
  form.addEventListener('change', countAnswers)

  // How many questions of each group are answered, as the server counts them.
  function countAnswers () {
    for (const group of form.querySelectorAll('.fd-questions')) {
      const rows = [...group.querySelectorAll('[data-question]')]
      const answered = rows.filter((row) => row.querySelector(':checked:not([value=""])')).length
      group.querySelector('.fd-questions__count').textContent = `${answered} of ${rows.length} answered`
    }
  }

  form.addEventListener('keydown', (event) => {
    const inLine = event.target.matches('input:not([type=submit])')
    if (event.key === 'Enter' && event.ctrlKey) {
      event.preventDefault()
      goTo(sections[(sections.indexOf(current) + 1) % sections.length])
    } else if (event.key === 'Enter' && inLine) {
      event.preventDefault() // Enter never sends a call.
    }
  })
  document.addEventListener('keydown', (event) => {
    if (!event.altKey || event.ctrlKey || event.shiftKey || !/^Digit[1-9]$/.test(event.code)) return
    event.preventDefault()
    const number = Number(event.code.slice(5))
    if (number > sections.length) form.querySelector('[data-foot-main]').focus()
    else goTo(sections[number - 1])
  })

  return {
    showStates (states = []) {
      for (const { id, state, words } of states) {
        const place = linkOf(id)?.querySelector('[data-section-state]')
        if (!place || place.textContent === words) continue
        place.textContent = words
        place.className = `fd-sections__state fd-sections__state--${state}`
      }
    }
  }
}
