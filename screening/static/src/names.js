// The names that were typed, wherever the page speaks of these people, and how dates and ages were understood.
export function showNames (form, { caller, children, understood = {} }) {
  form.querySelector('[data-caller]').textContent = caller || 'not named yet'
  for (const place of form.querySelectorAll('[data-child-name]')) {
    const number = Number(place.dataset.childName)
    place.textContent = children[number] || `Child ${number + 1}`
  }
  for (const place of form.querySelectorAll('[data-understood]')) {
    const words = understood[place.dataset.understood] ?? ''
    if (place.textContent !== words) place.textContent = words
  }
}
