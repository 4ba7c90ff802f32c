// Words that the service does not hold yet, kept on this machine for as long as that lasts: sealed with a key that the
// service gives to who may open the call, and that no script can read out again. ADR 9 says why.
import { ask } from './posting.js'
import { pairsOf } from './typed.js'

const PAUSE_MS = 150
const KEPT_MS = 7 * 24 * 3600 * 1000
const STORE = 'unsaved'
// A plain page over http has none of these: then nothing is kept here, and all else works.
const POSSIBLE = window.isSecureContext && window.indexedDB && navigator.locks

export function journalOf (form) {
  if (!POSSIBLE) return { note () {}, drop () {}, left: async () => [] }
  const id = crypto.randomUUID()
  const call = form.querySelector('h1').dataset.reference
  let timer, key, base, last = Promise.resolve()
  // While this page lives, no other one offers its words: they are on their way.
  navigator.locks.request(lockOf(id), () => new Promise(() => {}))

  // One after another, so that what is dropped stays dropped. What fails here is in the page, and on its way.
  function next (work) {
    last = last.then(work).catch(() => {})
    return last
  }

  function note () {
    timer ??= setTimeout(() => { timer = undefined; next(write) }, PAUSE_MS)
  }

  function drop () {
    clearTimeout(timer)
    timer = undefined
    next(async () => (await store('readwrite')).delete(id))
  }

  async function write () {
    const said = { at: new Date().toISOString(), version: form.querySelector('[data-version]').value, pairs: pairsOf(form) }
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const sealed = await crypto.subtle.encrypt(bound(iv), await theKey(), new TextEncoder().encode(JSON.stringify(said)))
    await done((await store('readwrite')).put({ id, call, iv, sealed, since: Date.now() }))
  }

  // What pages that are gone left of this call, oldest first: [{at, version, pairs, forget()}].
  async function left () {
    const found = []
    const living = (await navigator.locks.query()).held.map((lock) => lock.name)
    for (const one of await done((await store('readonly')).getAll())) {
      const forget = async () => done((await store('readwrite')).delete(one.id))
      // Whoever opens the call is offered its words, however old; nobody else would be told that they go.
      if (one.call === call) {
        if (!living.includes(lockOf(one.id))) found.push({ ...await opened(one), forget })
      } else if (Date.now() - one.since > KEPT_MS) await forget()
    }
    return found.filter((one) => one.pairs).sort((one, other) => one.at.localeCompare(other.at))
  }

  async function opened ({ iv, sealed }) {
    try {
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(bound(iv), await theKey(), sealed)))
    } catch {
      return {} // Sealed under a key that is no longer given.
    }
  }

  const bound = (iv) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(call) })

  async function theKey () {
    key ??= await fetchKey(form.dataset.journalUrl)
    return key
  }

  async function store (mode) {
    base ??= await openBase()
    return base.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE)
  }

  theKey().catch(() => {})
  return { note, drop, left: () => left().catch(() => []) }
}

const lockOf = (id) => `unsaved ${id}`

async function fetchKey (url) {
  const told = (await ask(url)).said
  const bytes = Uint8Array.from(atob(told.key), (letter) => letter.charCodeAt(0))
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function openBase () {
  const request = indexedDB.open('front-door', 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' })
  return done(request)
}

function done (request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
