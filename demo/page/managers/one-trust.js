/** The part of OneTrust that sites and assent see. */
export const factory = 'oneTrust'
export const categories = { C0001: 'necessary', C0002: 'analytics', C0004: 'advertising' }

/** @returns what to do when the visitor answers */
export const arrive = ({ answer, model }) => {
  let closed = !!answer
  const optOut = model === 'opt-out'

  const tell = (granted) => {
    const active = Object.keys(categories).filter((id) => granted[categories[id]])
    window.OnetrustActiveGroups = `,${active.join(',')},`
    window.dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail: active }))
  }

  window.OneTrust = {
    IsAlertBoxClosed: () => closed,
    GetDomainData: () => ({
      ShowAlertNotice: true,
      ConsentModel: { Name: model },
      Groups: Object.keys(categories).map((id) => ({ CustomGroupId: id })),
    }),
  }
  tell(answer ?? { necessary: true, analytics: optOut, advertising: optOut })
  return (granted) => {
    closed = true
    tell(granted)
  }
}
