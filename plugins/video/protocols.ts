/** What a message says. Absent: unchanged. */
export interface Reading {
  /** The media event that it stands for. */
  type?: string
  playing?: boolean
  /** Seconds, as is `duration`; Infinity for a live stream. */
  position?: number
  duration?: number
  rate?: number
  muted?: boolean
  id?: string
  title?: string
}

export interface Protocol {
  name: string
  origin: RegExp
  /** Its first group is the id of the video. */
  path: RegExp
  /** Sent until the player answers. */
  hello: unknown
  /** Sent once it has. */
  then: unknown[]
  // The messages of other people: anything may be missing or of another type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  read(message: any): Reading
}

/**
 * What YouTube's iframe_api and its embedded player say to each other. The player keeps quiet until a `listening`
 * comes after it is ready; then `initialDelivery` tells everything, and `infoDelivery` what has changed.
 */
export const youtube: Protocol = {
  name: 'youtube',
  origin: /^https:\/\/(www\.)?youtube(-nocookie)?\.com$/,
  path: /^\/embed\/([\w-]+)/,
  hello: '{"event":"listening","id":"assent","channel":"widget"}',
  then: [],
  read: ({ info: { playerState, videoData = {}, currentTime, duration, playbackRate, muted } }) => ({
    type: ['ended', 'playing', 'pause', 'waiting'][playerState],
    playing: playerState == null ? undefined : playerState == 1,
    position: currentTime,
    // 0 until it is known.
    duration: videoData.isLive ? Infinity : duration || undefined,
    rate: playbackRate, muted, id: videoData.video_id, title: videoData.title,
  }),
}

const EVENTS = 'play playing pause ended timeupdate seeking seeked bufferstart playbackratechange volumechange loaded'

/** What Vimeo's player.js and its frame say to each other: github.com/vimeo/player.js, src/lib/postmessage.js. */
export const vimeo: Protocol = {
  name: 'vimeo',
  origin: /^https:\/\/player\.vimeo\.com$/,
  path: /^\/video\/(\d+)/,
  hello: { method: 'ping' },
  then: [...EVENTS.split(' ').map((value) => ({ method: 'addEventListener', value })), { method: 'getPaused' }],
  read: ({ event, method, value, data = {} }) => ({
    type: event == 'bufferstart' ? 'waiting' : event == 'play' ? 'playing' : event,
    playing: /^play(ing)?$/.test(event) || (/^(pause|ended)$/.test(event) ? false
      : method == 'getPaused' ? !value : undefined),
    position: data.seconds, duration: data.duration, rate: data.playbackRate,
    muted: event == 'volumechange' ? data.muted ?? !data.volume : undefined,
    id: data.id && `${data.id}`,
  }),
}
