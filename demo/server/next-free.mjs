const TRIES = 50

/** Starts something at a port or, where that is taken, at the next that is free. */
export async function nextFree(port, start) {
  for (let tried = 0; ; tried++) {
    try {
      return await start(port + tried)
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || tried >= TRIES) throw error
    }
  }
}
