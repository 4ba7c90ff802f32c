// The names that were typed, wherever the page speaks of these people.
export function showNames (form, { caller, children }) {
  form.querySelector('[data-caller]').textContent = caller || 'not named yet'
  for (const place of form.querySelectorAll('[data-child-name]')) {
    const number = Number(place.dataset.childName)
    place.textContent = children[number] || `Child ${number + 1}`
  }
}
