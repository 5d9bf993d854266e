{{/*
Adoption: writes the record of one template, once. Admission then changes the template in the same request, and the policy
sees that result. Nothing that a user wrote is replaced or removed, so what is still allowed is of no use to a thief: a sleep
where there was no hook, a longer grace period (both at most an hour by default), and a probe's grace period where there was
none.
*/}}
{{- define "slackwater.policyOfWorkloads" -}}
{{- $longest := max 3600 (int (include "slackwater.setting" (list . "maxSleepSeconds"))) (int (include "slackwater.setting" (list . "maxHookGraceSeconds"))) -}}
{{- $pair := "variables.oldContainers.exists(o, o.name == c.name" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [apps]
      apiVersions: ['*']
      resources: [deployments, statefulsets]
      operations: [CREATE, UPDATE, DELETE]
variables:
  - name: template
    expression: dyn(object.spec.template)
  - name: oldTemplate
    expression: dyn(oldObject.spec.template)
  - name: annotations
    expression: variables.template.metadata.?annotations.orValue({})
  - name: oldAnnotations
    expression: variables.oldTemplate.metadata.?annotations.orValue({})
  - name: record
    expression: variables.annotations[?'slackwater.dev/injected'].orValue('')
  - name: containers
    expression: variables.template.spec.containers
  - name: oldContainers
    expression: variables.oldTemplate.spec.containers
  # Where nothing is injected, admission removes the empty record again.
  - name: unchanged
    expression: variables.template == variables.oldTemplate
  # The API server writes 30 if no value is given.
  - name: grace
    expression: variables.template.spec.?terminationGracePeriodSeconds.orValue(30)
  - name: oldGrace
    expression: variables.oldTemplate.spec.?terminationGracePeriodSeconds.orValue(30)
validations:
  - message: Slackwater neither creates nor deletes workloads
    reason: Forbidden
    expression: request.operation == 'UPDATE'
  - message: Slackwater changes nothing in this namespace
    reason: Forbidden
    expression: "!(request.namespace in {{ include "slackwater.untouched" . | replace "\"" "'" }})"
  - message: Slackwater adopts newborns only; this workload was rolled out before
    reason: Forbidden
    expression: >-
      request.resource.resource == 'statefulsets' ? oldObject.metadata.generation == 1
      : dyn(oldObject.metadata).?annotations[?'deployment.kubernetes.io/revision'].orValue('1') == '1'
  - message: Slackwater touches a template once; this one has its record already
    reason: Forbidden
    expression: >-
      variables.unchanged || (variables.record != '' && !('slackwater.dev/injected' in variables.oldAnnotations))
  - message: Slackwater may change only the template of a workload
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "dyn(object)" "dyn(oldObject)" "['metadata', 'spec']") | nindent 6 }}
      {{- $versions := printf "[%s]" (include "slackwater.versionKeys" .) }}
      && {{ include "slackwater.sameBut" (list "dyn(object.metadata)" "dyn(oldObject.metadata)" $versions) | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "dyn(object.spec)" "dyn(oldObject.spec)" "['template']") | nindent 6 | trim }}
  - message: Slackwater may change only its record in a template's metadata
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "variables.template" "variables.oldTemplate" "['metadata', 'spec']") | nindent 6 }}
      && {{ include "slackwater.sameBut" (list "variables.template.metadata" "variables.oldTemplate.metadata" "['annotations']") | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "variables.annotations" "variables.oldAnnotations" "['slackwater.dev/injected']") | nindent 6 | trim }}
  - message: Slackwater may change only hooks and the grace period in a Pod's spec
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "variables.template.spec" "variables.oldTemplate.spec" "['containers', 'terminationGracePeriodSeconds']") | nindent 6 }}
  - message: Slackwater raises a grace period, by {{ $longest }} s at most
    reason: Forbidden
    expression: >-
      variables.grace >= variables.oldGrace && variables.grace <= variables.oldGrace + {{ $longest }}
  - message: Slackwater may change only the preStop hook and the grace period of probes of a container
    reason: Forbidden
    expression: |-
      variables.containers.map(c, c.name) == variables.oldContainers.map(o, o.name)
      && variables.containers.all(c, {{ $pair }}
      && {{ include "slackwater.sameBut" (list "c" "o" "['lifecycle', 'livenessProbe', 'startupProbe']") | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "c.?lifecycle.orValue({})" "o.?lifecycle.orValue({})" "['preStop']") | nindent 6 | trim }}))
  - message: Slackwater gives a hook only to a container that has none, and it only sleeps, {{ $longest }} s at most
    reason: Forbidden
    expression: |-
      variables.containers.all(c, {{ $pair }}
      && (c.?lifecycle.?preStop == o.?lifecycle.?preStop || (!o.?lifecycle.?preStop.hasValue()
      {{- if eq (include "slackwater.setting" (list . "hook")) "exec" }}
      && c.lifecycle.preStop.?exec.?command.orValue([]).size() == 3
      && c.lifecycle.preStop == {'exec': {'command': c.lifecycle.preStop.exec.command}}
      && c.lifecycle.preStop.exec.command[0] == '/bin/sh' && c.lifecycle.preStop.exec.command[1] == '-c'
      && c.lifecycle.preStop.exec.command[2].matches('^sleep [0-9]{1,6}$')
      && int(c.lifecycle.preStop.exec.command[2].substring(6)) <= {{ $longest }}
      {{- else }}
      && c.lifecycle.preStop.?sleep.?seconds.hasValue()
      && c.lifecycle.preStop == {'sleep': {'seconds': c.lifecycle.preStop.sleep.seconds}}
      && c.lifecycle.preStop.sleep.seconds <= {{ $longest }}
      {{- end }}))))
  - message: Slackwater gives a probe only the grace period that its Pod had
    reason: Forbidden
    expression: |-
      variables.containers.all(c, {{ $pair }}
      {{- range $probe := list "livenessProbe" "startupProbe" }}
      && c.?{{ $probe }}.hasValue() == o.?{{ $probe }}.hasValue()
      && {{ include "slackwater.sameBut" (list (printf "c.?%s.orValue({})" $probe) (printf "o.?%s.orValue({})" $probe) "['terminationGracePeriodSeconds']") | nindent 6 | trim }}
      && (c.?{{ $probe }}.?terminationGracePeriodSeconds == o.?{{ $probe }}.?terminationGracePeriodSeconds
      || (!o.?{{ $probe }}.?terminationGracePeriodSeconds.hasValue()
      && c.?{{ $probe }}.?terminationGracePeriodSeconds.orValue(0) == variables.oldGrace))
      {{- end }}))
  # A record that claims what a user wrote would cause its removal later. null: the 30 that it had was not stated. owned:
  # a server-side apply states it. adopted: its hooks go into its Pods, and this is the load balancer that it was rolled out for.
  - message: the record is not one that Slackwater would write here
    reason: Forbidden
    expression: |-
      variables.unchanged || (variables.record.matches(r'{{ include "slackwater.recordPattern" . }}')
      && (variables.grace == variables.oldGrace ? !variables.record.startsWith('{"grace":')
      : [string(variables.oldGrace), variables.oldGrace == 30 ? 'null' : ''].exists(before,
      ['', ',"owned":true'].exists(owned,
      variables.record.startsWith('{"grace":{"before":' + before + ',"after":' + string(variables.grace) + owned + '},'))))
      && variables.oldContainers.all(o, !o.?lifecycle.?preStop.hasValue() || !variables.record.contains('"' + o.name + '"')))
  {{- include "slackwater.managersValidation" "n[?'manager'].orValue('') == 'slackwater' && n.operation == 'Update'" | nindent 2 }}
{{- end -}}

{{/* The format that src/core/injection/record.ts writes; a test compares them. */}}
{{- define "slackwater.recordPattern" -}}
{{- $name := "\"[a-z0-9-]+\"" -}}
{{- $seconds := printf "%s:[0-9]+" $name -}}
{{- $graces := printf "\\{(\"(livenessProbe|startupProbe)\":[0-9]+,?)+\\}" -}}
^\{("grace":\{"before":(null|[0-9]+),"after":[0-9]+(,"owned":true)?\},)?("form":"exec",)?"sleep":\{({{ $seconds }}(,{{ $seconds }})*)?\}
{{- ""}}(,"probes":\{({{ $name }}:{{ $graces }},?)+\})?(,"created":\{"annotations":(true|false),"lifecycle":\[({{ $name }},?)*\]\})?(,"adopted":"[A-Za-z]+ [a-z0-9.-]+/[a-z0-9.-]+")?\}$
{{- end -}}
