// F9 and Enter on the call page: sent as red without leaving it, however often it takes. What is typed afterwards is saved
// as before, and the service adds it to what was sent.
import { insist, onPressed } from './insist.js'
import { poll } from './poll.js'

export function sendDanger (form, { onSent }) {
  const place = form.querySelector('[data-danger-call]')
  const part = (name) => place.querySelector(`[data-danger-${name}]`)
  let sending = false

  onPressed(form, 'danger', async (url) => {
    if (sending) return
    sending = true
    part('ask').hidden = true
    const told = await insist(form, url, tellTrouble)
    // Refused: the words to ring stay, and the key is free.
    if (told) sent(told)
    sending = false
  })

  function tellTrouble (answer, refused) {
    part('trouble').hidden = false
    part('trying').hidden = refused
    part('refused').hidden = !refused
    part('signed-out').hidden = answer?.status !== 401
  }

  function sent (told) {
    form.querySelector('[data-version]').value = told.version
    part('trouble').hidden = true
    part('left-out').hidden = !told.left_out.length
    part('left-out').textContent = `Could not be read, so say it by telephone: ${told.left_out.join('; ')}.`
    sayInForm()
    for (const one of form.querySelectorAll('[data-before-sending]')) one.hidden = true
    for (const one of form.querySelectorAll('[data-after-sending]')) one.hidden = false
    const seen = part('seen')
    const words = { id: 'danger-seen', className: 'fd-danger-seen fd-danger-seen--waiting', textContent: 'Sent as red.' }
    seen.replaceChildren(Object.assign(document.createElement('p'), words))
    seen.dataset.pollUrl = place.dataset.seenUrl
    seen.dataset.pollSeconds = 2
    poll(seen, 0)
    onSent()
  }

  // That a child is in danger is an answer from now on: it goes with what is typed, and is asked no more.
  function sayInForm () {
    const said = form.querySelector('[data-danger-said]')
    if (!said) return
    said.hidden = false
    said.querySelector('input').disabled = false
    for (const asked of form.querySelectorAll('[data-danger-asked]')) asked.hidden = !asked.querySelector(':checked')
  }
}

// F7: the call is shared with those on duty; their answer comes beside it, and the focus stays where it is.
export function consult (form) {
  const place = form.querySelector('[data-consult]')
  const trouble = form.querySelector('[data-consult-trouble]')
  const field = form.elements.consult_question
  const unreached = trouble.textContent

  onPressed(form, 'consult', async (url) => {
    const told = await insist(form, url, tellTrouble)
    if (!told) return
    trouble.hidden = true
    field.value = ''
    if (place.dataset.pollUrl) return
    place.dataset.pollUrl = place.dataset.consultationsUrl
    place.dataset.pollSeconds = 2
    poll(place, 0)
  })

  function tellTrouble (answer, refused) {
    trouble.textContent = (refused && answer.said?.detail) || unreached
    trouble.hidden = false
  }
}
