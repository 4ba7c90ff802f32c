// Times that move: how long the call has lasted, and how far off each deadline is. By the server's clock: the
// browser's is only trusted for what passes from now on.
const EVERY_MS = 20000

export function tickTimers () {
  for (const place of document.querySelectorAll('[data-since]')) {
    const passed = Date.parse(place.dataset.now) - Date.parse(place.dataset.since)
    const opened = performance.now()
    const show = () => { place.textContent = lasted(passed + performance.now() - opened) }
    show()
    setInterval(show, 1000)
  }
  setInterval(() => document.querySelectorAll('[data-server-now]').forEach(showDistances), EVERY_MS)
}

function lasted (milliseconds) {
  const seconds = Math.floor(milliseconds / 1000)
  const hours = Math.floor(seconds / 3600)
  if (hours > 10) return ''
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':')
  return hours ? `${hours}:${clock}` : clock
}

const firstSeen = new WeakMap()

function showDistances (place) {
  if (!firstSeen.has(place)) firstSeen.set(place, performance.now())
  const now = Date.parse(place.dataset.serverNow) + performance.now() - firstSeen.get(place)
  for (const words of place.querySelectorAll('[data-distance]')) {
    const seconds = (Date.parse(words.parentElement.dateTime) - now) / 1000
    const text = words.dataset.distance === 'since' ? `${size(-seconds)} ago` : seconds >= 0 ? `in ${size(seconds)}` : `${size(-seconds)} late`
    if (words.textContent !== text) words.textContent = text
    if (words.dataset.distance === 'until') words.parentElement.classList.toggle('fd-late', seconds < 0)
  }
}

// As `wording.until` says it on the server.
function size (seconds) {
  const minutes = Math.floor(Math.max(0, seconds) / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`
}
