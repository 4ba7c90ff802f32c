// Every button of the call that would leave the page, or draw it anew, goes by fetch first: the page is left only once the
// service holds what is on it. Without JavaScript each is a plain form, as before.
import { announce } from './announce.js'
import { bodyOf, post } from './posting.js'
import { swapIn } from './swap.js'
import { showTrouble } from './trouble.js'
import { pairsOf, valuesOf } from './typed.js'

export function leaveOnceKept (form, saver) {
  let busy = false

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const button = event.submitter
    if (busy || !button) return
    busy = true
    button.setAttribute('aria-disabled', 'true')
    if (!button.hasAttribute('formaction')) await changePeople(button)
    else if (button.dataset.leavesTo) await keepAndGo(button.dataset.leavesTo)
    else await sendAndGo(button)
    button.removeAttribute('aria-disabled')
    busy = false
  })

  async function keepAndGo (address) {
    if (await saver.saveNow()) return go(address)
    announce('Not kept yet, so this page stays')
    form.querySelector('[data-trouble]').scrollIntoView()
  }

  async function sendAndGo (button) {
    if (!await saver.saveNow()) return
    const answer = await post(form, button.formAction, withButton(button))
    if (answer?.redirected && answer.ok) return go(answer.url)
    button.closest('dialog')?.close()
    await saver.refused(answer)
    if (!answer || answer.status >= 500) showTrouble(form, 'notDone')
    form.querySelector('[data-trouble]').scrollIntoView()
  }

  function go (address) {
    saver.leave()
    location.assign(address)
  }

  async function changePeople (button) {
    let body
    // Places move up when somebody is taken out: nothing may be typed into them meanwhile.
    const main = form.querySelector('#main-content')
    const removes = button.name.startsWith('remove_')
    main.inert = removes
    const told = await saver.sendTo(form.getAttribute('action'), () => (body = withButton(button)))
    main.inert = false
    if (!told) return button.focus()
    swapIn(form, told.html, valuesOf(pairsOf(removes ? form : body)))
    saver.redrawn()
    goOnAt(told.anchor)
  }

  function goOnAt (anchor) {
    const place = anchor && form.querySelector(anchor)
    if (!place) return
    const field = place.matches('fieldset') && place.querySelector('input:not([type=hidden])')
    place.scrollIntoView({ block: 'nearest' })
    ;(field || place).focus({ preventScroll: true })
    announce(place.querySelector('legend, h2')?.textContent)
  }

  function withButton (button) {
    const body = bodyOf(form)
    body.set(button.name, button.value)
    return body
  }
}
