import { RECORD } from './actions/edits.ts'
import {
  annotation,
  away,
  by,
  forced,
  grace,
  hook,
  image,
  inMode,
  mode,
  sequence,
  sleep,
} from './actions/phrases.ts'
import type { Sequence } from './actions/steps.ts'

/**
 * What the template has at the end, the grace period and the container's sleep: the worlds may have taken each other's
 * numbers over before.
 */
type Ending = readonly [name: string, of: Sequence, grace: number, sleep: number | undefined]

/** Our record of a template that states neither, as an export has it. */
const EXPORTED =
  '{"grace":{"before":30,"after":75},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}'

export const ENDINGS: readonly Ending[] = [
  [
    'a grace that is stated in dry-run, and then the very one that we had raised it to',
    sequence(
      [],
      inMode('dry-run'),
      forced(grace(50), image('web:2')),
      forced(grace(75)),
      inMode('off'),
      by('strategic patch', image('web:3')),
    ),
    75,
    undefined,
  ],
  [
    'the same, with enforce in between',
    sequence(
      [],
      inMode('dry-run'),
      forced(grace(50), image('web:2')),
      inMode('enforce'),
      forced(grace(75)),
      inMode('off'),
      by('strategic patch', image('web:3')),
    ),
    75,
    undefined,
  ],
  [
    'a patch of the grace in dry-run, and then to the very one that we had raised it to',
    sequence(
      [],
      inMode('dry-run'),
      by('merge patch', grace(50)),
      by('merge patch', grace(75)),
      inMode('off'),
      by('strategic patch', image('web:3')),
    ),
    75,
    undefined,
  ],
  // 45 > 30: the hook needs the grace period that stands, which is the user's from then on.
  [
    'a hook that a patch writes in dry-run, and then one of our very length',
    sequence(
      [],
      inMode('dry-run'),
      by('strategic patch', hook(sleep(50))),
      by('strategic patch', hook(sleep(45))),
      inMode('off'),
      by('strategic patch', image('web:2')),
    ),
    75,
    45,
  ],
  // The row of docs/failure-behaviour.md: nobody could see the 50 become the user's.
  [
    'a hook that a patch writes while we are away, and then one of our very length',
    sequence(
      [],
      away('strategic patch', hook(sleep(50))),
      by('strategic patch', hook(sleep(45))),
      inMode('off'),
      by('strategic patch', image('web:2')),
    ),
    30,
    undefined,
  ],
  // The rows of docs/failure-behaviour.md: an export says itself what of it is ours; kubectl keeps what it states.
  [
    'an export with our record is replaced, and opts out',
    sequence(
      [],
      by('replace', annotation(RECORD, EXPORTED), hook(sleep(45)), grace(75), image('web:2')),
      by('replace', mode('off'), image('web:3')),
    ),
    30,
    undefined,
  ],
  [
    'an export with our record is applied, and opts out',
    sequence(
      [],
      by('apply', annotation(RECORD, EXPORTED), hook(sleep(45)), grace(75), image('web:2')),
      by('apply', mode('off'), image('web:3')),
    ),
    75,
    45,
  ],
  [
    'an export without our record is replaced, and opts out',
    sequence(
      [],
      by('replace', hook(sleep(45)), grace(75), image('web:2')),
      by('replace', mode('off'), image('web:3')),
    ),
    75,
    45,
  ],
]
