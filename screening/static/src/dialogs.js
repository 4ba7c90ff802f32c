// A button with data-opens shows its dialog in place of acting; without JavaScript it acts.
export function holdDialogs () {
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-opens]')
    if (opener) {
      event.preventDefault()
      document.getElementById(opener.dataset.opens).showModal()
    }
    const closer = event.target.closest('[data-closes]')
    if (closer) document.getElementById(closer.dataset.closes).close()
  })
}
