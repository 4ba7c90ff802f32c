// How many children in danger wait for somebody on duty stands in the tab's title, for when another tab is looked at.
export function countInTitle () {
  const place = document.querySelector('[data-danger-alerts]')
  if (!place) return
  const title = document.title
  const count = () => {
    const waiting = Number(place.querySelector('[data-waiting]')?.dataset.waiting ?? 0)
    document.title = waiting ? `(${waiting}) Child in danger - ${title}` : title
  }
  new MutationObserver(count).observe(place, { childList: true, subtree: true })
  count()
}
