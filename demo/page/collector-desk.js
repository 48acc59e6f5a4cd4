/** The page's line to the collector's desk, see demo/server/desk.mjs. Closed while the page is hidden. */
export const collectorDesk = ({ accepted, cleared, counts }) => {
  let source

  const open = () => {
    if (source || document.hidden) return
    source = new EventSource('/qa/stream')
    for (const [name, hear] of Object.entries({ accepted, cleared, counts })) {
      source.addEventListener(name, ({ data }) => hear(JSON.parse(data)))
    }
  }
  const close = () => {
    source?.close()
    source = undefined
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
  // Browsers allow few connections, and none in the back/forward cache.
  addEventListener('pagehide', close)
  addEventListener('pageshow', open)
  open()

  const post = (path) => fetch(path, { method: 'POST' })
  return {
    /** No name: the collector is well. */
    fault: (name) => post(`/qa/fault${name ? `?name=${name}` : ''}`),
    clear: () => post('/qa/clear'),
  }
}
