{{/*
Parts of the policies that restrict the ServiceAccount to what Slackwater really does. Their language is CEL. They list the
fields that may change; all others must stay the same, including fields that a later Kubernetes adds: dyn() makes an object
a map, whose keys can be iterated.
*/}}

{{/* True if enabled, and if the API server serves such policies. `helm template` knows only versions, not kinds. */}}
{{- define "slackwater.hasPolicies" -}}
{{- $versions := .Capabilities.APIVersions -}}
{{- $served := semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version -}}
{{- if $versions.Has "apps/v1/Deployment" -}}
{{- $served = $versions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" -}}
{{- end -}}
{{- if and .Values.admissionPolicy.enabled $served }}true{{ end -}}
{{- end -}}

{{/* Two maps are equal except for some keys. (list ONE OTHER KEYS), each as CEL. */}}
{{- define "slackwater.sameBut" -}}
{{- $one := index . 0 }}{{ $other := index . 1 }}{{ $keys := index . 2 -}}
{{ $one }}.all(k, k in {{ $keys }} || (k in {{ $other }} && {{ $one }}[k] == {{ $other }}[k]))
&& {{ $other }}.all(k, k in {{ $keys }} || k in {{ $one }})
{{- end -}}

{{/* Keys that the API server itself changes on every write. */}}
{{- define "slackwater.versionKeys" -}}
'generation', 'managedFields', 'resourceVersion'
{{- end -}}

{{/* A manager owns no more fields than before, to a depth of LEVELS. (list NEW OLD LEVELS), the first two as CEL. */}}
{{- define "slackwater.noMore" -}}
{{- $new := index . 0 }}{{ $old := index . 1 }}{{ $levels := int (index . 2) }}{{ $key := printf "k%d" $levels -}}
{{- $inner := list (printf "%s[%s]" $new $key) (printf "%s[%s]" $old $key) (sub $levels 1) -}}
{{ $new }}.all({{ $key }}, {{ $key }} in {{ $old }} && ({{ $new }}[{{ $key }}] == {{ $old }}[{{ $key }}]
{{- if gt $levels 1 }} || {{ include "slackwater.noMore" $inner }}{{ end }}))
{{- end -}}

{{/*
A server-side apply removes what its manager owns and the manifest leaves out. A client that could write managedFields could
make another tool, or `slackwater remove`, remove a Pod Security label. A manager may lose what Slackwater has written. No
manager may gain fields, and Slackwater itself only its own. (OWN: as CEL, about n)
*/}}
{{- define "slackwater.managersValidation" -}}
- message: Slackwater has no field but those that it writes, and gives none to other managers
  reason: Forbidden
  expression: |-
    dyn(object.metadata).?managedFields.orValue([]).all(n, ({{ . }})
    || dyn(oldObject.metadata).?managedFields.orValue([]).exists(o,
    ['manager', 'operation', 'apiVersion', 'subresource'].all(k, n[?k] == o[?k])
    && {{ include "slackwater.noMore" (list "n.fieldsV1" "o.fieldsV1" 4) }}))
{{- end -}}

{{/* Namespaces for which the API server never calls Slackwater; valid as JSON and as CEL. */}}
{{- define "slackwater.neverAsked" -}}
{{- uniq (list "kube-system" "kube-node-lease" .Release.Namespace) | toJson -}}
{{- end -}}

{{/* excludedNamespaces without those, as JSON; empty if there are none. */}}
{{- define "slackwater.excluded" -}}
{{- $further := get (include "slackwater.settings" . | fromYaml) "excludedNamespaces" | default list -}}
{{- with without (uniq $further) "kube-system" "kube-node-lease" .Release.Namespace }}{{ toJson . }}{{ end -}}
{{- end -}}

{{/* Namespaces in which nothing is ever changed: both of the above; valid as JSON and as CEL. */}}
{{- define "slackwater.untouched" -}}
{{- $excluded := include "slackwater.excluded" . | default "[]" | fromJsonArray -}}
{{- concat (include "slackwater.neverAsked" . | fromJsonArray) $excluded | toJson -}}
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
  # An expression that cannot be evaluated refuses the request too.
  failurePolicy: Fail
  matchConditions:
    # It refuses requests of no other user.
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
Readiness-gate labels: set where there was none and kept in Slackwater's record. Only labels in the record are taken back.
A Pod Security label, or any other label, is never written.
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
  - message: Slackwater changes nothing in this Namespace
    reason: Forbidden
    expression: "!(request.name in {{ include "slackwater.untouched" . | replace "\"" "'" }})"
  - message: Slackwater may change only readiness-gate labels and its record in a Namespace
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
  - message: Slackwater sets a label only if there is none, records it, and removes only recorded labels
    reason: Forbidden
    expression: |-
      {{ $ours }}.all(k,
      variables.labels[?k] == variables.oldLabels[?k]
      ? !variables.record.contains('"' + k + '":') || variables.oldRecord.contains('"' + k + '":')
      : (!(k in variables.oldLabels) && variables.record.contains('"' + k + '":'))
      || (!(k in variables.labels) && variables.oldRecord.contains('"' + k + '":')))
  {{- $own := list -}}
  {{- range uniq $keys }}{{ $own = append $own (printf "'f:%s'" .) }}{{ end }}
  {{- $own = printf "['.', 'f:slackwater.dev/readiness-gate-labels', %s]" (join ", " $own) }}
  {{- printf "n[?'manager'].orValue('') == 'slackwater' && n.operation == 'Apply' && n.fieldsV1.all(a, a == 'f:metadata' && n.fieldsV1[a].all(b, b in ['f:labels', 'f:annotations'] && n.fieldsV1[a][b].all(c, c in %s)))" $own | include "slackwater.managersValidation" | nindent 2 }}
{{- end -}}

{{/* Self-managed certificates: the CA of Slackwater's own webhook configurations. */}}
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
  - message: Slackwater may change only caBundle in its webhook configuration
    reason: Forbidden
    expression: |-
      {{- include "slackwater.sameBut" (list "dyn(object)" "dyn(oldObject)" "['metadata', 'webhooks']") | nindent 6 }}
      {{- $versions := printf "[%s]" (include "slackwater.versionKeys" .) }}
      && {{ include "slackwater.sameBut" (list "dyn(object.metadata)" "dyn(oldObject.metadata)" $versions) | nindent 6 | trim }}
      && variables.webhooks.map(w, w.name) == variables.oldWebhooks.map(o, o.name)
      && variables.webhooks.all(w, variables.oldWebhooks.exists(o, o.name == w.name
      && {{ include "slackwater.sameBut" (list "w" "o" "['clientConfig']") | nindent 6 | trim }}
      && {{ include "slackwater.sameBut" (list "w.clientConfig" "o.clientConfig" "['caBundle']") | nindent 6 | trim }}))
  {{- include "slackwater.managersValidation" "n[?'manager'].orValue('') == 'slackwater' && n.operation == 'Update'" | nindent 2 }}
{{- end -}}

{{/* Events, in any namespace: only Slackwater's own. It has no permission for another API of Events. */}}
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

{{/* Reports for other tools, in any namespace: only those of its name with its label. */}}
{{- define "slackwater.policyOfReports" -}}
matchConstraints:
  matchPolicy: Exact
  resourceRules:
    - apiGroups: [openreports.io, wgpolicyk8s.io]
      apiVersions: ['*']
      resources: [policyreports, reports]
      operations: [CREATE, UPDATE, DELETE]
validations:
  - message: Slackwater writes and deletes no reports but its own
    reason: Forbidden
    expression: >-
      request.name == 'slackwater'
      && (request.operation == 'CREATE' || dyn(oldObject.metadata).?labels[?'app.kubernetes.io/managed-by'].orValue('') == 'slackwater')
      && (request.operation == 'DELETE' || dyn(object.metadata).?labels[?'app.kubernetes.io/managed-by'].orValue('') == 'slackwater')
{{- end -}}

{{/* All writes in its own namespace: only the objects that it stores there, by name. Add a line for another object. */}}
{{- define "slackwater.policyOfOwnNamespace" -}}
{{- $kept := list (dict "group" "coordination.k8s.io" "resource" "leases" "name" "slackwater") -}}
{{- if eq .Values.certificates.mode "self-managed" -}}
{{- $kept = append $kept (dict "group" "" "resource" "secrets" "name" (include "slackwater.certificateSecret" .)) -}}
{{- end -}}
{{- if (.Values.aws).enabled -}}
{{- $kept = append $kept (dict "group" "" "resource" "configmaps" "name" "slackwater-observed") -}}
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
{{- if (.Values.aws).enabled }}
  # A person measured it, and it may shorten sleeps.
  - message: Slackwater stores what AWS answers, and leaves what was measured as it is
    reason: Forbidden
    expression: >-
      request.resource.resource != 'configmaps'
      || object.?data[?'measured.json'] == (request.operation == 'CREATE' ? optional.none() : oldObject.?data[?'measured.json'])
{{- end }}
{{- end -}}
