import { deflateSync } from 'node:zlib'
import type { ResultWorkload } from '../../result/result.ts'
import { detailsOf } from './details.ts'
import { type Html, html } from './html.ts'

/** Workloads whose details are unpacked together when one of them is opened. A choice: a few milliseconds. */
export const CHUNK = 50

/** Up to so many workloads details are written as they are, so that a small page can be read and compared. A choice. */
const PLAIN_LIMIT = 25

/**
 * The details of all workloads in their order, in `template` elements, which browsers do not render. Those of many workloads
 * are compressed (zlib, base64): they repeat themselves, and 6 kB each would be too much for a page to send.
 */
export function* detailChunks(
  workloads: readonly ResultWorkload[],
  anchors: readonly string[],
): Generator<Html> {
  const isPlain = workloads.length <= PLAIN_LIMIT
  for (let first = 0; first < workloads.length; first += CHUNK) {
    const details = workloads
      .slice(first, first + CHUNK)
      .map((workload, at) => detailsOf(workload, { anchor: anchors[first + at] ?? '', index: first + at }))
    yield isPlain
      ? html`<template>${details}</template>\n`
      : html`<template data-coding="deflate">${packed(details)}</template>\n`
  }
}

const packed = (details: readonly Html[]): string =>
  deflateSync(details.map(({ text }) => text).join(''), { level: 9 }).toString('base64')
