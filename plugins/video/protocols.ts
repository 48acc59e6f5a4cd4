/** What a message says, in the words of HTML video. Absent: unchanged. */
interface Reading {
  /** The media event that it stands for. */
  type?: string
  id?: string
  title?: string
  /** Seconds, as is `duration`; Infinity for a live stream. */
  currentTime?: number
  duration?: number
  paused?: boolean
  playbackRate?: number
  muted?: boolean
}

interface Protocol {
  _name: string
  _origin: RegExp
  /** Its first group is the id of the video. */
  _path: RegExp
  /** Sent until the player answers. */
  _hello: unknown
  /** Sent once it has. */
  _then?: unknown[]
  // The messages of other people: anything may be missing or of another type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  _read(message: any): Reading
}

/**
 * What YouTube's iframe_api and its embedded player say to each other. The player keeps quiet until a `listening`
 * comes after it is ready; then `initialDelivery` tells everything, and `infoDelivery` what has changed.
 */
export const youtube: Protocol = {
  _name: 'youtube',
  _origin: /^https:..(www\.)?youtube(-nocookie)?\.com$/,
  _path: /^\/embed\/([\w-]+)/,
  _hello: '{"event":"listening","id":"assent","channel":"widget"}',
  _read: ({ info: { playerState, videoData = {}, currentTime, duration, playbackRate, muted } }) => ({
    type: ['ended', 'playing', 'pause', 'waiting'][playerState],
    paused: playerState == null ? undefined : playerState != 1,
    currentTime,
    // 0 until it is known.
    duration: videoData.isLive ? Infinity : duration || undefined,
    playbackRate, muted, id: videoData.video_id, title: videoData.title,
  }),
}

const EVENTS = 'play pause ended timeupdate seeked playbackratechange volumechange loaded'

/** What Vimeo's player.js and its frame say to each other: github.com/vimeo/player.js, src/lib/postmessage.js. */
export const vimeo: Protocol = {
  _name: 'vimeo',
  _origin: /^https:..player\.vimeo\.com$/,
  _path: /^\/video\/(\d+)/,
  _hello: { method: 'ping' },
  _then: EVENTS.split(' ').map((value) => ({ method: 'addEventListener', value })),
  _read: ({ event, data = {} }) => ({
    type: event == 'play' ? 'playing' : event,
    paused: { play: false, pause: true, ended: true }[event as 'play'],
    currentTime: data.seconds, duration: data.duration, playbackRate: data.playbackRate,
    muted: data.muted,
    id: data.id && `${data.id}`,
  }),
}
