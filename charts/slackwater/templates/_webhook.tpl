{{/* Annotations of a webhook configuration: the webhook's, and where cert-manager finds the CA. */}}
{{- define "slackwater.webhookAnnotations" -}}
{{- $annotations := .Values.webhook.annotations -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
{{- $source := printf "%s/%s" .Release.Namespace (include "slackwater.fullname" .) -}}
{{- $annotations = merge (dict "cert-manager.io/inject-ca-from" $source) $annotations -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}

{{/* File of the CA of clients; empty: all clients are answered. */}}
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

{{/* The fields that all entries of a webhook configuration share. (list CONTEXT PATH) */}}
{{- define "slackwater.webhookEntry" -}}
{{- $path := index . 1 -}}
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
failurePolicy: {{ .Values.webhook.failurePolicy }}
matchPolicy: Equivalent
# By name only: an object that a mode skips could be neither repaired nor restored.
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: [{{ uniq (list "kube-system" "kube-node-lease" .Release.Namespace) | join ", " }}]
{{- end -}}
{{- end -}}
