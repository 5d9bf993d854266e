import Type, { type Static } from 'typebox'
import type { Provenance } from '../core/model/resolved.ts'
import { count, data, list, optional, text } from './schema-words.ts'

/** The part of a report about the load balancer controller. */
export const LbcSchema = Type.Object(
  {
    deployment: optional(
      Type.Object(
        {
          namespace: text('Its namespace'),
          name: text('Its name'),
          desired: count('Desired replicas'),
          ready: count('Ready replicas; if there is none, nothing is deregistered'),
          remark: optional(text('What a restart costs; absent: it has more than one replica')),
        },
        { description: 'Its Deployment; absent: not found' },
      ),
    ),
    gateWebhooks: list(
      Type.Object({
        configuration: text('Name of the MutatingWebhookConfiguration'),
        controller: Type.Enum(['lbc', 'auto-mode'], { description: 'Whose webhook it is' }),
        failurePolicy: Type.Enum(['Fail', 'Ignore'], { description: '`Fail`: its outage stops new Pods' }),
      }),
      'The webhooks that inject readiness gates',
    ),
    settings: list(
      Type.Object({
        name: text('Name of the setting'),
        value: Type.Unknown({ description: 'Its value' }),
        source: data<Provenance>('Provenance', 'Where it is set'),
      }),
      'Its own settings that discovery uses',
    ),
  },
  { description: 'The load balancer controller; absent: this version does not report it' },
)
export type LbcEntry = Static<typeof LbcSchema>
