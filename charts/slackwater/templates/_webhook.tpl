{{/* Annotations of a webhook configuration: the user's, and the one that tells cert-manager where the CA is. */}}
{{- define "slackwater.webhookAnnotations" -}}
{{- $annotations := .Values.webhook.annotations -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
{{- $source := printf "%s/%s" .Release.Namespace (include "slackwater.fullname" .) -}}
{{- $annotations = merge (dict "cert-manager.io/inject-ca-from" $source) $annotations -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}

{{/* File with the client CA; empty: all clients are accepted. */}}
{{- define "slackwater.clientCaFile" -}}
{{- with .Values.webhook.clients -}}
{{- if .caFile -}}
{{ .caFile }}
{{- else if or .caConfigMap .caSecret -}}
/etc/slackwater/client-ca/ca.crt
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "slackwater.clientCaVolume" -}}
{{- with .Values.webhook.clients -}}
{{- $items := list (dict "key" .caKey "path" "ca.crt") -}}
{{- if .caConfigMap -}}
{{- toYaml (dict "configMap" (dict "name" .caConfigMap "items" $items)) -}}
{{- else if .caSecret -}}
{{- toYaml (dict "secret" (dict "secretName" .caSecret "items" $items)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The fields that all entries of a webhook configuration share, whatever their kind. (list CONTEXT PATH FAILUREPOLICY) */}}
{{- define "slackwater.webhookEntry" -}}
{{- $path := index . 1 -}}
{{- $failurePolicy := index . 2 -}}
{{- with index . 0 -}}
{{- $certificates := .Values.certificates -}}
clientConfig:
  {{- if ne $certificates.mode "own" }}
  # The CA is patched in by {{ eq $certificates.mode "cert-manager" | ternary "cert-manager" "Slackwater itself" }}.
  {{- else if $certificates.own.caBundle }}
  caBundle: {{ $certificates.own.caBundle | b64enc }}
  {{- end }}
  service:
    name: {{ include "slackwater.fullname" . }}
    namespace: {{ .Release.Namespace }}
    path: {{ $path }}
    port: 443
admissionReviewVersions: [v1]
sideEffects: None
failurePolicy: {{ $failurePolicy }}
matchPolicy: Equivalent
{{- end -}}
{{- end -}}

{{/* Which objects the API server asks about: not in untouched namespaces, and as the user selects further. */}}
{{- define "slackwater.selectors" -}}
{{- $given := .Values.webhook.namespaceSelector | default dict -}}
# By name only: an object that a mode skips could be neither repaired nor restored.
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ include "slackwater.untouched" . }}
    {{- with $given.matchExpressions }}
    # webhook.namespaceSelector: all of them must match.
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $given.matchLabels }}
  matchLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- with .Values.webhook.objectSelector }}
objectSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* True if the user selects further: then an object may carry Slackwater's record that the selection leaves out. */}}
{{- define "slackwater.isNarrowed" -}}
{{- with .Values.webhook }}{{ if or .namespaceSelector .objectSelector .matchConditions }}true{{ end }}{{ end -}}
{{- end -}}

{{/* Where objects with Slackwater's record may be that the webhooks above are not asked about. */}}
{{- define "slackwater.recordSelector" -}}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      {{- if include "slackwater.isNarrowed" . }}
      operator: NotIn
      values: {{ include "slackwater.neverAsked" . }}
      {{- else }}
      operator: In
      values: {{ include "slackwater.excluded" . }}
      {{- end }}
{{- end -}}

{{/* webhook.matchConditions, after those of the chart: all must be true. */}}
{{- define "slackwater.furtherConditions" -}}
{{- with .Values.webhook.matchConditions }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* When the API server calls the webhook: for workloads here, for Pods below. */}}
{{- define "slackwater.workloadRules" -}}
rules:
  - apiGroups: [apps]
    apiVersions: ['*']
    resources: [deployments, statefulsets, replicasets, daemonsets]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [argoproj.io]
    apiVersions: ['*']
    resources: [rollouts]
    operations: [CREATE, UPDATE]
    scope: Namespaced
matchConditions:
  # A Rollout need not have a template (workloadRef).
  - name: changes-what-we-write
    expression: request.operation == 'CREATE' || object.?spec.?template != oldObject.?spec.?template
{{- end -}}

{{- define "slackwater.podRules" -}}
rules:
  - apiGroups: ['']
    apiVersions: ['*']
    resources: [pods]
    operations: [CREATE, UPDATE]
    scope: Namespaced
matchConditions:
  - name: changes-what-we-write
    expression: request.operation == 'CREATE' || object.spec != oldObject.spec
{{- end -}}

{{/* The end of a stored Pod cannot be changed. */}}
{{- define "slackwater.newPodRules" -}}
rules:
  - apiGroups: ['']
    apiVersions: ['*']
    resources: [pods]
    operations: [CREATE]
    scope: Namespaced
matchConditions:
{{- end -}}

{{/* Updates of what load balancers send to, where they change that: rules and selectors, and actions in annotations. */}}
{{- define "slackwater.trafficRules" -}}
rules:
  - apiGroups: [networking.k8s.io]
    apiVersions: ['*']
    resources: [ingresses]
    operations: [UPDATE]
    scope: Namespaced
  - apiGroups: [gateway.networking.k8s.io]
    apiVersions: ['*']
    resources: [httproutes]
    operations: [UPDATE]
    scope: Namespaced
  - apiGroups: ['']
    apiVersions: ['*']
    resources: [services]
    operations: [UPDATE]
    scope: Namespaced
matchConditions:
  - name: moves-traffic
    expression: >-
      request.kind.kind == 'Service' ? object.spec.?selector != oldObject.spec.?selector
      : object.spec != oldObject.spec || [[object, oldObject], [oldObject, object]].exists(o,
      o[0].metadata.?annotations.orValue({}).exists(k, k.startsWith('alb.ingress.kubernetes.io/actions.')
      && o[0].metadata.annotations[k] != o[1].metadata.?annotations[?k].orValue('')))
{{- end -}}

{{/* What a controller creates nobody reads about, and what is being deleted needs no advice. */}}
{{- define "slackwater.appliedByPeople" -}}
- name: is-not-controlled
  expression: "!object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))"
- name: is-not-being-deleted
  expression: "!object.metadata.?deletionTimestamp.hasValue()"
{{- end -}}

{{/* The object carries Slackwater's record, or did before the request. (PATH), the path of its metadata, as CEL. */}}
{{- define "slackwater.carriesRecord" -}}
- name: carries-our-record
  expression: >-
    object.{{ . }}.?annotations[?'slackwater.dev/injected'].hasValue() || (request.operation == 'UPDATE'
    && oldObject.{{ . }}.?annotations[?'slackwater.dev/injected'].hasValue())
{{- end -}}
