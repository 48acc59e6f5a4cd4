const DAYS = 180

/** What a simulated manager keeps: the visitor's answer, in a cookie of its own, as the real ones do. */
export const remember = (id) => {
  const name = `demo_${id}`
  return {
    read() {
      const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))
      return found && JSON.parse(decodeURIComponent(found.slice(name.length + 1)))
    },
    write(categories) {
      const value = encodeURIComponent(JSON.stringify(categories))
      document.cookie = `${name}=${value}; path=/; max-age=${DAYS * 86_400}; samesite=lax`
    },
  }
}
