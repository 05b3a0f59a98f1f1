/**
 * The parameters of a path template in the path of a URL, which may lie below a base path.
 *
 * @param template as in the document: `/notes/{id}`
 * @returns the values by name, decoded; undefined where the path is none of the template's
 */
export function parametersIn(template: string, pathname: string): Record<string, string> | undefined {
  const names: string[] = []
  const pattern = template.replace(/\{([^}]+)\}|[\\^$.*+?()[\]|]/g, (whole, name?: string) => {
    if (name === undefined) return `\\${whole}`
    names.push(name)
    return '([^/]+)'
  })
  const found = new RegExp(`${pattern}/?$`).exec(pathname)
  try {
    return found ? Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1]!)])) : undefined
  } catch {
    // a % that is no escape: nothing that a client could have sent as a parameter
    return undefined
  }
}
