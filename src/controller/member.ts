/** A member of something that may be anything: undefined where there is none. For what nobody need be told is misshapen. */
export const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
