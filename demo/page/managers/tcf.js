/** A CMP API of the IAB's TCF 2.2, with a consent string that says nothing. */
export const factory = 'tcf'
/** Measure content performance; use profiles to select personalised advertising. */
export const categories = { 8: 'analytics', 4: 'advertising' }

/** @returns what to do when the visitor answers */
export const arrive = ({ answer }) => {
  const listeners = new Map()
  let next = 1
  let granted = answer
  let status = answer ? 'tcloaded' : 'cmpuishown'

  const dataFor = (listenerId) => ({
    tcfPolicyVersion: 4,
    gdprApplies: true,
    cmpStatus: 'loaded',
    eventStatus: status,
    tcString: granted ? 'SIMULATED' : '',
    listenerId,
    purpose: {
      consents: Object.fromEntries(
        Object.entries(categories).map(([id, category]) => [id, granted?.[category] === true])),
      legitimateInterests: {},
    },
    vendor: { consents: {}, legitimateInterests: {} },
    specialFeatureOptins: {},
  })

  window.__tcfapi = (command, version, callback, parameter) => {
    if (command === 'ping') callback({ gdprApplies: true, cmpLoaded: true, cmpStatus: 'loaded', apiVersion: '2.2' })
    else if (command === 'removeEventListener') callback(listeners.delete(parameter))
    else if (command === 'addEventListener') {
      listeners.set(next, callback)
      callback(dataFor(next++), true)
    } else callback(null, false)
  }
  return (chosen) => {
    granted = chosen
    status = 'useractioncomplete'
    for (const [id, callback] of listeners) callback(dataFor(id), true)
  }
}
