// One EventSource for all tabs of this browser. A tab is gone when its lock comes free: a MessagePort does not say.
const ports = new Map()
let source
let opened = ''
let last = ''
let state = 'connecting'
let timer

const tell = (message) => {
  for (const port of ports.keys()) port.postMessage(message)
}
const become = (next) => {
  state = next
  tell({ kind: 'state', state })
}
const wanted = () => [...new Set([...ports.values()].flat())].sort().join(',')

function open() {
  clearTimeout(timer)
  source?.close()
  source = undefined
  opened = wanted()
  if (!opened) return
  const query = new URLSearchParams({ topics: opened })
  if (last) query.set('last', last)
  source = new EventSource(`/api/v1/events?${query}`)
  source.onopen = () => become('live')
  const take = (kind) => (event) => {
    if (event.lastEventId) last = event.lastEventId
    tell({ kind, data: event.data })
  }
  source.onmessage = take('news')
  source.addEventListener('hello', take('hello'))
  source.addEventListener('reset', take('reset'))
  source.addEventListener('bye', () => {
    source.close()
    become('ended')
  })
  source.onerror = () => {
    become('lost')
    // Refused (401, 503): EventSource itself gives up.
    if (source.readyState === 2) timer = setTimeout(open, 1000 + Math.random() * 4000)
  }
}

// Several tabs say their topics one after another: open once.
const reopen = () => {
  clearTimeout(timer)
  timer = setTimeout(() => {
    if (wanted() !== opened || !source || source.readyState === 2) open()
  }, 30)
}

self.addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.kind === 'again') return open()
    if (!ports.has(port)) {
      navigator.locks.request(data.tab, () => {
        ports.delete(port)
        reopen()
      })
    }
    ports.set(port, data.topics)
    port.postMessage({ kind: 'state', state })
    reopen()
  }
})
