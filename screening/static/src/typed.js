// What is typed or chosen in a form of the call, by the name of its field; and how to put it back.
const ALONE = ['narrative', 'contact_type', 'channel']

// Only what the draft keeps: tokens, versions and buttons are left behind. Of a form, or of what is sent of one.
export function pairsOf (typed) {
  const pairs = typed instanceof HTMLFormElement ? new FormData(typed) : typed
  return [...pairs].filter(([name]) => name.includes('.') || ALONE.includes(name))
}

// {name: [values]}, without what is empty. Boxes that are ticked are several values of one name.
export function valuesOf (pairs) {
  const values = {}
  for (const [name, value] of pairs) {
    // As the server keeps them: FormData ends lines with CR LF.
    const text = value.replaceAll('\r\n', '\n')
    if (text.trim()) (values[name] ??= []).push(text)
  }
  return values
}

export const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? [])

export function namesThatDiffer (one, other) {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => !same(one[name], other[name]))
}

export function put (form, name, values = []) {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = values.includes(field.value)
    else field.value = values[0] ?? ''
  }
}
