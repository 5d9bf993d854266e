/**
 * A value while it is made. Properties that may be absent are set one by one where decisions are made: to spread a small
 * object for each of them takes a third of the time of reading a template.
 */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }
