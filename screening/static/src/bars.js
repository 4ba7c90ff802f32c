// The bars of the call stay in sight, however many rows they need: what lies between them is told how high they are.
export function measureBars (form) {
  const bar = form.querySelector('.fd-identity')
  const foot = form.querySelector('.fd-foot')
  const kept = [bar.querySelector('[data-saved]'), bar.querySelector('.fd-identity__actions')]
  const root = document.documentElement.style

  const observer = new ResizeObserver(() => {
    root.setProperty('--fd-bar', `${bar.offsetHeight}px`)
    root.setProperty('--fd-foot', `${foot.offsetHeight}px`)
    // On a narrow screen only the row with what is saved, and danger, stays: what stands above it scrolls away.
    root.setProperty('--fd-tucked', `${Math.min(...kept.map((one) => one.offsetTop))}px`)
  })
  for (const one of [bar, foot, ...kept]) observer.observe(one)
}
