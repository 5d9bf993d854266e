/** Which object, or collection, a path means. */
export interface ObjectAddress {
  /** Where all of the resource are listed: `/apis/apps/v1/deployments`. */
  readonly collection: string
  readonly namespace: string
  /** Absent: the collection itself. */
  readonly name: string | undefined
}

/** `/apis/apps/v1/namespaces/shop/deployments/web`, `/api/v1/namespaces/shop`, `/api/v1/services`. */
export function addressOf(pathname: string): ObjectAddress {
  const segments = pathname.split('/').slice(1).map(decodeURIComponent)
  const depth = segments[0] === 'api' ? 2 : 3
  const prefix = segments.slice(0, depth)
  const rest = segments.slice(depth)
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2
  const [plural = '', name] = isInNamespace ? rest.slice(2) : rest
  return {
    collection: ['', ...prefix, plural].join('/'),
    namespace: isInNamespace ? (rest[1] ?? '') : '',
    name,
  }
}
