// Says one thing at a time to a screen reader, politely, in the page's one live region.
const PAUSE_MS = 500
let waiting

export function announce (words) {
  const region = document.getElementById('announce')
  if (!region || !words) return
  clearTimeout(waiting)
  waiting = setTimeout(() => {
    region.textContent = ''
    region.textContent = words
  }, PAUSE_MS)
}
