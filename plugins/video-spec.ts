import type { Part, Viewing } from './video/media'

interface Session {
  started?: boolean
  playing?: boolean
  seeking?: boolean
  waiting?: boolean
  id: string
}

/**
 * The part of `videoDepth` that sends the events of the Segment video specification
 * (segment.com/docs/connections/spec/video): `Video Playback Started`, `Paused`, `Resumed`, `Seek Started`,
 * `Seek Completed`, `Buffer Started`, `Buffer Completed` and `Completed`; `Video Content Started`, `Completed`, and
 * `Playing` every ten seconds of playing and on each resumption. `position` and `total_length` are whole seconds.
 */
export const videoSpec = (): Part => (analytics, signal) => {
  const sessions = new WeakMap<Viewing, Session>()
  /** The heartbeats of what plays. */
  const beats = new Map<object, ReturnType<typeof setInterval>>()
  signal.addEventListener('abort', () => beats.forEach((timer) => clearInterval(timer)))

  return (viewing, type, playing) => {
    const { figures, media } = viewing
    const session = sessions.get(viewing) ?? { id: crypto.getRandomValues(new Uint32Array(4)).join('-') }
    sessions.set(viewing, session)

    const tell = (event: string, more?: object) => {
      const live = media.duration == Infinity
      const common = {
        session_id: session.id, position: Math.floor(media.currentTime),
        total_length: live || !(media.duration > 0) ? null : Math.floor(media.duration), livestream: live,
      }
      void analytics.track(`Video ${event}`, event.startsWith('Content')
        ? { ...common, asset_id: figures.video_id, title: figures.title }
        : {
          ...common, content_asset_id: figures.video_id, video_player: figures.player,
          sound: media.muted ? 0 : Math.round(100 * ((media as Partial<HTMLVideoElement>).volume ?? 1)),
          full_screen: document.fullscreenElement == media as EventTarget, ...more,
        })
    }
    const beat = (on: boolean) => {
      clearInterval(beats.get(media))
      beats.delete(media)
      if (on) beats.set(media, setInterval(() => tell('Content Playing'), 1e4))
    }

    if (type == 'seeking' && !session.seeking) {
      session.seeking = true
      tell('Playback Seek Started', { seek_position: Math.floor(media.currentTime) })
    }
    if (session.seeking && !media.seeking && (type == 'seeked' || media.player)) {
      session.seeking = false
      tell('Playback Seek Completed')
    }
    if (type == 'waiting' && session.playing && !media.seeking) {
      session.waiting = true
      tell('Playback Buffer Started')
    }
    if (playing && session.waiting) {
      session.waiting = false
      tell('Playback Buffer Completed')
    }
    const stopped = type == 'pause' || type == 'ended' || type == 'emptied'
    if (playing && !session.playing) {
      if (!session.started) {
        session.started = true
        tell('Playback Started')
        tell('Content Started')
      } else {
        tell('Playback Resumed')
        tell('Content Playing')
      }
      session.playing = true
      beat(true)
    } else if (stopped && session.playing) {
      session.playing = false
      beat(false)
      // The `pause` that comes with the end is not one of the visitor's.
      if (type == 'pause' && !media.ended) tell('Playback Paused')
    }
    if (type == 'ended' && session.started) {
      tell('Content Completed')
      tell('Playback Completed')
      // A replay is another session.
      sessions.delete(viewing)
    }
  }
}
