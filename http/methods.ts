/** Does a method ask for no change (RFC 9110 §9.2.1)? TRACE, and the safe methods of extensions as PROPFIND, are not counted. */
export function isSafe(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method)
}
