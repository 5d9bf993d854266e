import { RECORD } from './actions/edits.ts'
import {
  annotation,
  away,
  by,
  forced,
  grace,
  hook,
  image,
  mode,
  nativeSidecar,
  ofPod,
  probe,
  QUIT,
  sequence,
  sleep,
} from './actions/phrases.ts'
import type { Sequence } from './actions/steps.ts'

/**
 * Sequences that once ended otherwise than they should, shrunk. By the defaults an ALB with ip targets asks for a sleep
 * of 45 s and a grace period of 75 s.
 */

/** Bytes of an annotation that leave ten for all others (262,144 is the API server's limit). */
const BLOB = 'x'.repeat(262_144 - 'example.com/blob'.length - 10)

export const CASES: Readonly<Record<string, Sequence>> = {
  'a file states our very numbers, and later opts out': sequence(
    [],
    by('apply', grace(75), hook(sleep(45))),
    by('apply', mode('off'), image('web:2')),
    by('apply'),
  ),
  'a file states our very grace, and is replaced': sequence([], by('apply', grace(75)), by('replace')),
  'a file states our very sleep, and is replaced': sequence(
    [grace(90)],
    by('apply', hook(sleep(45))),
    by('replace'),
    by('apply'),
  ),
  'a server-side apply states our very grace as it opts out': sequence(
    [],
    forced(mode('off', 'template'), grace(75)),
  ),
  'a server-side apply states our very sleep, and an apply opts out': sequence(
    [],
    forced(grace(76), hook(sleep(45))),
    by('apply', mode('off', 'template')),
  ),
  'a file states the grace of a probe that we had given it': sequence(
    [probe()],
    away('apply', grace(90)),
    by('apply', probe(30), image('web:2')),
    by('apply', mode('off'), image('web')),
  ),
  'the same server-side apply of 30 again and again': sequence(
    [],
    forced(grace(30)),
    forced(),
    by('server-side apply'),
  ),
  'another manager’s patch beside a server-side apply of 30': sequence(
    [],
    forced(grace(30)),
    by('merge patch', image('web:2'), hook(sleep(5))),
  ),
  'a grace that is applied server-side, and no longer by kubectl': sequence(
    [],
    forced(grace(30)),
    by('apply', grace(), image('web:2')),
  ),
  'a stale record does not swallow a new grace': sequence(
    [],
    forced(grace(30)),
    by('apply', { what: 'rename', container: 'app', to: 'constructor' }),
    by('apply', grace(75)),
  ),
  'opting out below a postStart sleep': sequence(
    [],
    by('apply', hook(sleep(60), 'postStart')),
    by('apply', mode('off'), image('web:2')),
  ),
  'assume: none below the sleep of a native sidecar': sequence(
    [],
    by('apply', nativeSidecar(60)),
    by('apply', annotation('slackwater.dev/assume', 'none')),
  ),
  'an explicit sleep below the sleep of a native sidecar': sequence(
    [],
    by('apply', nativeSidecar(44)),
    by('apply', annotation('slackwater.dev/sleep-seconds', '0')),
  ),
  'a negative grace beside our sleep': sequence([], forced(grace(-5)), by('apply')),
  'a negative grace comes back as it was': sequence(
    [grace(-5), hook(QUIT)],
    by('apply', mode('off'), image('web:2')),
    by('apply'),
  ),
  'annotations that leave no room for our record': sequence(
    [],
    by('server-side apply', annotation('example.com/blob', BLOB)),
    by('apply'),
  ),
  'a new grace for which the raised one is the same, asked twice': sequence(
    [hook(sleep(300))],
    by('apply', grace(0)),
  ),
  'a lifecycle that goes from beside our hook, asked twice': sequence(
    [],
    by('apply', hook(sleep(0), 'postStart')),
    by('strategic patch', { what: 'lifecycle', container: 'app', value: undefined }),
  ),
  'two handlers that a server-side apply states itself': sequence(
    [],
    by('server-side apply', hook({ exec: { command: ['x'] }, ...sleep(45) })),
  ),
  'a Pod’s grace is changed': ofPod([], by('apply', grace(0))),
  'a Pod’s hook is changed': ofPod([], by('apply', hook(QUIT))),
  'a Pod is applied and replaced again': ofPod(
    [],
    by('apply'),
    by('replace'),
    by('server-side apply'),
    by('edit'),
  ),
  'our hook goes to another container with its name': sequence(
    [],
    by('edit', { what: 'rename', container: 'app', to: 'constructor' }),
    by('apply', mode('off'), image('web:2')),
  ),
  'two containers take each other’s names': sequence(
    [{ what: 'add', container: 'envoy', first: false }],
    by('apply', { what: 'swap' }),
    by('edit', { what: 'swap' }),
    by('apply'),
  ),
  'a record is deleted, and the hook stays': sequence(
    [],
    by('edit', annotation(RECORD)),
    by('apply'),
    by('apply', mode('off'), image('web:2')),
  ),
  'we are away while a hook of ours is dropped': sequence(
    [],
    away('replace'),
    by('apply'),
    by('apply', image('web:2')),
  ),
  'a manifest with the record of another object is applied again and again': sequence(
    [annotation(RECORD, '{"sleep":{"gone":45}}')],
    by('apply'),
    by('replace'),
    by('apply'),
  ),
  'a manifest with half of a record is applied again and again': sequence(
    [annotation(RECORD, '{"sleep":{"app":45}}')],
    by('apply'),
    by('apply'),
  ),
  'a Pod of a template whose record claims a hook that is stated by now': sequence(
    [],
    by('apply', grace(45)),
    away('apply', hook(sleep(45)), annotation('slackwater.dev/assume', 'none')),
    by('pod'),
  ),
  'a label that a patch takes from a server-side applier is no apply': sequence(
    [grace(105), mode('enforce', 'template')],
    forced(),
    by('merge patch', mode('off', 'template')),
  ),
  'a record text beside a hook of a Pod, and another image': ofPod(
    [hook(sleep(45))],
    by('merge patch', annotation(RECORD, '{"sleep":{"app":45}}'), image('web:2')),
  ),
  'the last annotation of a template goes': sequence(
    [annotation('example.com/scrape', 'true')],
    by('apply', annotation('example.com/scrape')),
    by('replace'),
    by('apply', mode('off'), image('web:2')),
  ),
  'a patch takes the last annotation, and then the manifest has none': sequence(
    [annotation('example.com/scrape', 'true')],
    by('merge patch', annotation('example.com/scrape')),
    by('apply', annotation('example.com/scrape')),
    by('apply', mode('off'), image('web:2')),
  ),
  'an edit takes the last annotation, and then the manifest has none and another image': sequence(
    [annotation('example.com/scrape', 'true')],
    by('edit', annotation('example.com/scrape')),
    by('apply', annotation('example.com/scrape'), image('web:2')),
    by('apply', mode('off'), image('web:3')),
  ),
  'a server-side apply takes the last annotation, and then the manifest has none': sequence(
    [],
    by('server-side apply', annotation('slackwater.dev/assume', 'none')),
    by('apply'),
    by('server-side apply', annotation('slackwater.dev/assume')),
    by('apply'),
    by('apply', mode('off'), image('web:2')),
  ),
  'the last annotation that is applied server-side goes': sequence(
    [],
    forced(annotation('example.com/scrape', 'true')),
    forced(annotation('example.com/scrape')),
    by('apply', mode('off'), image('web:2')),
  ),
  'a server-side apply states our very grace and a longer hook': sequence(
    [],
    forced(hook(sleep(46)), grace(75)),
    by('apply', mode('off'), image('web:2')),
  ),
  'a text under our key that a manifest states, where nothing of ours is to stand': sequence(
    [annotation(RECORD, '{"sleep":{}}')],
    by('apply', grace(31)),
    by('apply'),
  ),
  'a record text that a manifest states, stored while we were away, and a grace below our sleep': sequence(
    [
      annotation(
        RECORD,
        '{"grace":{"before":30,"after":75},"sleep":{"app":45,"gone":45},"created":{"annotations":true,"lifecycle":["app"]}}',
      ),
    ],
    away('apply'),
    { verb: 'exposed', on: false },
    by('apply', grace(0)),
  ),
  'a Pod that is replaced, with annotations that leave no room for our record': ofPod(
    [],
    by('replace', annotation('example.com/blob', BLOB)),
  ),
  'a sleep that is stated twice and then once, asked again': sequence(
    [],
    by('apply', hook(sleep(45))),
    forced(),
    by('server-side apply', { what: 'lifecycle', container: 'app', value: undefined }),
  ),
  'our very grace, written beside a sleep that was stated while we were away, asked again': sequence(
    [],
    forced(grace(60)),
    away('apply', hook(sleep(45))),
    by('edit', grace(105)),
  ),
  'a replace lowers a grace that was last applied, for which the raised one is the same': sequence(
    [],
    by('apply', annotation('slackwater.dev/shutdown-seconds', '0')),
    by('apply', grace(90), {
      what: 'native sidecar',
      lifecycle: { preStop: { exec: { command: ['sleep', '90'] } } },
      present: true,
    }),
    by('replace', grace(0)),
    by('apply'),
  ),
  'a file of an export, an empty lifecycle by its owner, and a hook there by another manager': sequence(
    [annotation(RECORD, '{"grace":{"before":5,"after":60},"sleep":{"app":20}}')],
    forced({ what: 'lifecycle', container: 'app', value: {} }),
    by('apply of a part', hook(QUIT)),
    by('apply'),
  ),
  'a sleep that the raised grace bears, beside a handler of their own, in the request that opts out': {
    ...sequence(
      [],
      by('server-side apply', hook(sleep(60), 'postStart'), hook(QUIT), mode('off')),
      by('apply'),
    ),
    kind: 'StatefulSet',
  },
}
