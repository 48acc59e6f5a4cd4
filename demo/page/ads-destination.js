/** A second destination, which needs `advertising` as well: it is loaded and unloaded with that category. */
export const adsDestination = () => {
  let loaded = false
  let received = 0
  const take = (ctx) => {
    received++
    return ctx
  }
  return {
    plugin: {
      name: 'Ads',
      type: 'destination',
      version: '1.0.0',
      isLoaded: () => loaded,
      load: () => void (loaded = true),
      unload: () => void (loaded = false),
      track: take, page: take, identify: take,
    },
    describe: () => (loaded ? `loaded, got ${received}` : 'not loaded'),
  }
}
