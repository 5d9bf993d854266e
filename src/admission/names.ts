import type { ObjectRef } from '../core/model/object-ref.ts'

/** A DNS label and a DNS subdomain (RFC 1123), as the API server wants names (apimachinery, util/validation). */
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const LONGEST_SUBDOMAIN = 253

/** An object of this name can be stored: what a client that is no API server sends need not be. */
export const isPossible = ({ namespace, name }: ObjectRef): boolean =>
  LABEL.test(namespace) && name.length <= LONGEST_SUBDOMAIN && SUBDOMAIN.test(name)
