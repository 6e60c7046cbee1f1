import { api } from '@/lib/paths'

export type LiveState = 'connecting' | 'live' | 'lost' | 'ended'
export type StreamMessage = { kind: 'state'; state: LiveState } | { kind: 'news' | 'hello' | 'reset'; data: string }
type Listener = (message: StreamMessage) => void

export interface LiveStream {
  setTopics: (topics: string[]) => void
  again: () => void
  close: () => void
}

/** A lock held for as long as this tab lives; its name is told only once it is held. */
const holdTab = (name: string) =>
  new Promise<() => void>((held) => {
    void navigator.locks.request(name, () => new Promise<void>((release) => held(release)))
  })

/** All tabs share one stream through a SharedWorker. */
function sharedStream(listen: Listener): LiveStream {
  const tab = `live-tab-${crypto.randomUUID()}`
  const { port } = new SharedWorker('/live-worker.js')
  const held = holdTab(tab)
  port.onmessage = ({ data }: MessageEvent<StreamMessage>) => listen(data)
  return {
    setTopics: (topics) => void held.then(() => port.postMessage({ kind: 'topics', tab, topics })),
    again: () => port.postMessage({ kind: 'again' }),
    close: () => void held.then((release) => release()),
  }
}

/** Without SharedWorker the tab that holds the lock streams and passes on by BroadcastChannel. */
function leaderStream(listen: Listener): LiveStream {
  const channel = new BroadcastChannel('live')
  const mine = crypto.randomUUID()
  const topics = new Map<string, string[]>()
  let source: EventSource | undefined
  let opened = ''
  let release: (() => void) | undefined
  const pass = (message: StreamMessage) => {
    listen(message)
    channel.postMessage({ to: 'all', message })
  }
  const open = () => {
    const wanted = [...new Set([...topics.values()].flat())].sort().join(',')
    if (!release || !wanted || (wanted === opened && source?.readyState !== EventSource.CLOSED)) return
    opened = wanted
    source?.close()
    source = new EventSource(`${api.events}?topics=${encodeURIComponent(wanted)}`)
    source.onopen = () => pass({ kind: 'state', state: 'live' })
    source.onerror = () => {
      pass({ kind: 'state', state: 'lost' })
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, 1000 + Math.random() * 4000)
    }
    source.onmessage = ({ data }: MessageEvent<string>) => pass({ kind: 'news', data })
    source.addEventListener('reset', () => pass({ kind: 'reset', data: '{}' }))
  }
  const tell = () => channel.postMessage({ to: 'leader', from: mine, topics: topics.get(mine) ?? [] })
  channel.onmessage = ({ data }) => {
    if (data.to === 'all') listen(data.message)
    if (data.to === 'leader' && release) {
      topics.set(data.from, data.topics)
      open()
    }
    if (data.to === 'call') tell()
  }
  void navigator.locks.request('live-leader', () => {
    channel.postMessage({ to: 'call' })
    return new Promise<void>((done) => {
      release = done
      open()
    })
  })
  return {
    setTopics: (next) => {
      topics.set(mine, next)
      tell()
      open()
    },
    again: open,
    close: () => {
      source?.close()
      release?.()
      channel.close()
    },
  }
}

export const openStream = (listen: Listener): LiveStream =>
  typeof SharedWorker === 'undefined' ? leaderStream(listen) : sharedStream(listen)
