{{/*
Parts of the policies that hold the ServiceAccount to what Slackwater really does. Their language is CEL. What may change
is named; everything else must be the same, whatever fields a later Kubernetes adds: dyn() makes a map of an object, whose
keys can be gone through.
*/}}

{{/* By this value, and only where the API server has such policies. `helm template` knows versions only, no kinds. */}}
{{- define "slackwater.hasPolicies" -}}
{{- $versions := .Capabilities.APIVersions -}}
{{- $served := semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version -}}
{{- if $versions.Has "apps/v1/Deployment" -}}
{{- $served = $versions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" -}}
{{- end -}}
{{- if and .Values.admissionPolicy.enabled $served }}true{{ end -}}
{{- end -}}

{{/* Two maps are the same but for some keys. (list ONE OTHER KEYS), each as CEL. */}}
{{- define "slackwater.sameBut" -}}
{{- $one := index . 0 }}{{ $other := index . 1 }}{{ $keys := index . 2 -}}
{{ $one }}.all(k, k in {{ $keys }} || (k in {{ $other }} && {{ $one }}[k] == {{ $other }}[k]))
&& {{ $other }}.all(k, k in {{ $keys }} || k in {{ $one }})
{{- end -}}

{{/* The API server itself changes these on every write. */}}
{{- define "slackwater.versionKeys" -}}
'generation', 'managedFields', 'resourceVersion'
{{- end -}}

{{/* Namespaces in which nothing is ever changed, as CEL. */}}
{{- define "slackwater.untouched" -}}
{{- $further := get (include "slackwater.settings" . | fromYaml) "excludedNamespaces" | default list -}}
{{- uniq (concat (list "kube-system" "kube-node-lease" .Release.Namespace) $further) | toJson -}}
{{- end -}}

{{/* One policy and its binding. (list CONTEXT NAME SPEC), SPEC: rules, variables and validations, as YAML. */}}
{{- define "slackwater.policy" -}}
{{- $context := index . 0 -}}
{{- $name := printf "%s-%s" (include "slackwater.fullname" $context) (index . 1) -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  {{- include "slackwater.metadata" (list $context $name) | nindent 2 }}
spec:
  # An expression that cannot be evaluated refuses, too.
  failurePolicy: Fail
  matchConditions:
    # Nobody else is ever refused by it.
    - name: by-slackwater
      expression: >-
        request.userInfo.username ==
        'system:serviceaccount:{{ $context.Release.Namespace }}:{{ include "slackwater.serviceAccountName" $context }}'
  {{- index . 2 | nindent 2 }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  {{- include "slackwater.metadata" (list $context $name) | nindent 2 }}
spec:
  policyName: {{ $name }}
  validationActions: [Deny]
{{- end -}}

{{/*
Adoption: one template, once, by its record; and what admission makes of that in the same request, which the policy sees
too. Nothing that a user wrote is replaced or removed, so that what is left free is of no use to a thief: a sleep where there
was no hook, a longer grace, both of an hour at most, and the grace of a probe where there was none.
*/}}
{{- define "slackwater.policyOfWorkloads" -}}
{{- $longest := max 3600 (int (include "slackwater.setting" (list . "maxSleepSeconds"))) -}}
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
  # Where nothing is injected, admission takes the record of the touch out again.
  - name: unchanged
    expression: variables.template == variables.oldTemplate
  # The API server writes 30 where nobody else does.
  - name: grace
    expression: variables.template.spec.?terminationGracePeriodSeconds.orValue(30)
  - name: oldGrace
    expression: variables.oldTemplate.spec.?terminationGracePeriodSeconds.orValue(30)
validations:
  - message: Slackwater neither creates nor deletes workloads
    reason: Forbidden
    expression: request.operation == 'UPDATE'
  - message: Slackwater touches nothing in this namespace
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
  - message: of a workload Slackwater may change the template only
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "dyn(object)" "dyn(oldObject)" "['metadata', 'spec']") | nindent 6 }}
      {{- $versions := printf "[%s]" (include "slackwater.versionKeys" .) }}
      && {{ include "slackwater.sameBut" (list "dyn(object.metadata)" "dyn(oldObject.metadata)" $versions) | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "dyn(object.spec)" "dyn(oldObject.spec)" "['template']") | nindent 6 | trim }}
  - message: of a template's metadata Slackwater may change its record only
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "variables.template" "variables.oldTemplate" "['metadata', 'spec']") | nindent 6 }}
      && {{ include "slackwater.sameBut" (list "variables.template.metadata" "variables.oldTemplate.metadata" "['annotations']") | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "variables.annotations" "variables.oldAnnotations" "['slackwater.dev/injected']") | nindent 6 | trim }}
  - message: of a Pod's spec Slackwater may change hooks and the grace period only
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "variables.template.spec" "variables.oldTemplate.spec" "['containers', 'terminationGracePeriodSeconds']") | nindent 6 }}
  - message: Slackwater raises a grace period, by {{ $longest }} s at most
    reason: Forbidden
    expression: >-
      variables.grace >= variables.oldGrace && variables.grace <= variables.oldGrace + {{ $longest }}
  - message: of a container Slackwater may change its preStop hook and the grace of its probes only
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
  # A record that claims what a user wrote would have it taken away later. null: nobody stated the 30 that it had.
  - message: the record is not one that Slackwater would write here
    reason: Forbidden
    expression: |-
      variables.unchanged || (variables.record.matches(r'{{ include "slackwater.recordPattern" . }}')
      && (variables.grace == variables.oldGrace ? !variables.record.startsWith('{"grace":')
      : [string(variables.oldGrace), variables.oldGrace == 30 ? 'null' : ''].exists(before,
      variables.record.startsWith('{"grace":{"before":' + before + ',"after":' + string(variables.grace) + '},')))
      && variables.oldContainers.all(o, !o.?lifecycle.?preStop.hasValue() || !variables.record.contains('"' + o.name + '"')))
{{- end -}}

{{/* What src/core/injection/record.ts prints; a test compares them. */}}
{{- define "slackwater.recordPattern" -}}
{{- $name := "\"[a-z0-9-]+\"" -}}
{{- $seconds := printf "%s:[0-9]+" $name -}}
{{- $graces := printf "\\{(\"(livenessProbe|startupProbe)\":[0-9]+,?)+\\}" -}}
^\{("grace":\{"before":(null|[0-9]+),"after":[0-9]+\},)?("form":"exec",)?"sleep":\{({{ $seconds }}(,{{ $seconds }})*)?\}
{{- ""}}(,"probes":\{({{ $name }}:{{ $graces }},?)+\})?(,"created":\{"annotations":(true|false),"lifecycle":\[({{ $name }},?)*\]\})?\}$
{{- end -}}

{{/*
Readiness-gate labels: set where there was none and remembered in our record, and only what is remembered is taken back.
A label of Pod Security, or of anybody else, is never written.
*/}}
{{- define "slackwater.policyOfNamespaces" -}}
{{- $keys := concat (list "elbv2.k8s.aws/pod-readiness-gate-inject" "eks.amazonaws.com/pod-readiness-gate-inject") .Values.admissionPolicy.namespaceLabelKeys -}}
{{- $ours := uniq $keys | toJson | replace "\"" "'" -}}
matchConstraints:
  resourceRules:
    - apiGroups: ['']
      apiVersions: ['*']
      resources: [namespaces]
      operations: [CREATE, UPDATE, DELETE]
variables:
  - name: labels
    expression: dyn(object.metadata).?labels.orValue({})
  - name: oldLabels
    expression: dyn(oldObject.metadata).?labels.orValue({})
  - name: annotations
    expression: dyn(object.metadata).?annotations.orValue({})
  - name: oldAnnotations
    expression: dyn(oldObject.metadata).?annotations.orValue({})
  - name: record
    expression: variables.annotations[?'slackwater.dev/readiness-gate-labels'].orValue('')
  - name: oldRecord
    expression: variables.oldAnnotations[?'slackwater.dev/readiness-gate-labels'].orValue('')
validations:
  - message: Slackwater neither creates nor deletes Namespaces
    reason: Forbidden
    expression: request.operation == 'UPDATE'
  - message: Slackwater touches nothing in this Namespace
    reason: Forbidden
    expression: "!(request.name in {{ include "slackwater.untouched" . | replace "\"" "'" }})"
  - message: of a Namespace Slackwater may change readiness-gate labels and its record only
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "dyn(object)" "dyn(oldObject)" "['metadata']") | nindent 6 }}
      {{- $free := printf "['labels', 'annotations', %s]" (include "slackwater.versionKeys" .) }}
      && {{ include "slackwater.sameBut" (list "dyn(object.metadata)" "dyn(oldObject.metadata)" $free) | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "variables.annotations" "variables.oldAnnotations" "['slackwater.dev/readiness-gate-labels']") | nindent 6 | trim }}
  - message: >-
      this label is not a readiness-gate label that Slackwater may set (chart value admissionPolicy.namespaceLabelKeys)
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "variables.labels" "variables.oldLabels" $ours) | nindent 6 }}
  - message: Slackwater sets a label where there is none, remembers it, and takes back only what it remembers
    reason: Forbidden
    expression: |-
      {{ $ours }}.all(k,
      variables.labels[?k] == variables.oldLabels[?k]
      ? !variables.record.contains('"' + k + '":') || variables.oldRecord.contains('"' + k + '":')
      : (!(k in variables.oldLabels) && variables.record.contains('"' + k + '":'))
      || (!(k in variables.labels) && variables.oldRecord.contains('"' + k + '":')))
{{- end -}}

{{/* Self-managed certificates: the CA of our own webhook configurations. */}}
{{- define "slackwater.policyOfWebhooks" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [admissionregistration.k8s.io]
      apiVersions: ['*']
      resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
      operations: [CREATE, UPDATE, DELETE]
variables:
  - name: webhooks
    expression: dyn(object).?webhooks.orValue([])
  - name: oldWebhooks
    expression: dyn(oldObject).?webhooks.orValue([])
validations:
  - message: Slackwater neither creates nor deletes webhook configurations
    reason: Forbidden
    expression: request.operation == 'UPDATE'
  - message: this webhook configuration is not Slackwater's
    reason: Forbidden
    expression: request.name in ['{{ include "slackwater.fullname" . }}']
  - message: of its webhook configuration Slackwater may change caBundle only
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "dyn(object)" "dyn(oldObject)" "['metadata', 'webhooks']") | nindent 6 }}
      {{- $versions := printf "[%s]" (include "slackwater.versionKeys" .) }}
      && {{ include "slackwater.sameBut" (list "dyn(object.metadata)" "dyn(oldObject.metadata)" $versions) | nindent 6 | trim }}
      && variables.webhooks.map(w, w.name) == variables.oldWebhooks.map(o, o.name)
      && variables.webhooks.all(w, variables.oldWebhooks.exists(o, o.name == w.name
      && {{ include "slackwater.sameBut" (list "w" "o" "['clientConfig']") | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "w.clientConfig" "o.clientConfig" "['caBundle']") | nindent 6 | trim }}))
{{- end -}}

{{/* Events, in any namespace: those that are Slackwater's. By no other API than this has it the right. */}}
{{- define "slackwater.policyOfEvents" -}}
matchConstraints:
  matchPolicy: Exact
  resourceRules:
    - apiGroups: [events.k8s.io]
      apiVersions: ['*']
      resources: [events]
      operations: [CREATE, UPDATE, DELETE]
validations:
  - message: Slackwater writes no Events but its own
    reason: Forbidden
    expression: >-
      request.operation != 'DELETE' && object.?reportingController.orValue('') == 'slackwater'
      && (request.operation == 'CREATE' || oldObject.?reportingController.orValue('') == 'slackwater')
{{- end -}}

{{/* Everything in its own namespace: what it keeps there, by name. A table of ours is a further line. */}}
{{- define "slackwater.policyOfOwnNamespace" -}}
{{- $kept := list (dict "group" "coordination.k8s.io" "resource" "leases" "name" "slackwater") -}}
{{- if eq .Values.certificates.mode "self-managed" -}}
{{- $kept = append $kept (dict "group" "" "resource" "secrets" "name" (include "slackwater.certificateSecret" .)) -}}
{{- end -}}
matchConstraints:
  namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Release.Namespace }}
  resourceRules:
    - apiGroups: ['*']
      apiVersions: ['*']
      resources: ['*/*']
      operations: ['*']
      scope: Namespaced
validations:
  - message: in its own namespace Slackwater writes only {{ range $i, $one := $kept }}{{ if $i }}, {{ end }}{{ $one.resource }}/{{ $one.name }}{{ end }} and Events
    reason: Forbidden
    expression: |-
      request.operation in ['CREATE', 'UPDATE'] && (
      {{- range $kept }}
      (request.resource.group == '{{ .group }}' && request.resource.resource == '{{ .resource }}'
      && object.metadata.?name.orValue('') == '{{ .name }}') ||
      {{- end }}
      (request.resource.resource == 'events' && request.resource.group == 'events.k8s.io'))
  # The token controller would write a token that never expires into one of another type.
  - message: Slackwater keeps its certificates in a Secret of type Opaque
    reason: Forbidden
    expression: request.resource.resource != 'secrets' || object.?type.orValue('Opaque') == 'Opaque'
{{- end -}}
