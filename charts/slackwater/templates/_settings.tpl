{{/* Made by `npm run generate` from src/settings/schema.ts. */}}

{{/* The settings file. YAML takes a bare off for false. */}}
{{- define "slackwater.settings" -}}
{{- $settings := pick .Values "mode" "injectInto" "hook" "daemonSets" "maxSleepSeconds" "maxGraceSeconds" "terms" "namespaceLabels" "adopt" "defaultTargetType" "ingressClass" "loadBalancerClass" "watchNamespace" "readinessGateInject" "featureGates" "excludedNamespaces" -}}
{{- range $key := list "mode" "namespaceLabels" "adopt" -}}
{{- if kindIs "bool" (get $settings $key) }}{{ $_ := set $settings $key "off" }}{{ end -}}
{{- end -}}
{{- toYaml (set $settings "ownNamespace" .Release.Namespace) -}}
{{- end -}}

{{/* One setting as text, empty where it is not given. (list CONTEXT KEY) */}}
{{- define "slackwater.setting" -}}
{{- get (include "slackwater.settings" (index . 0) | fromYaml) (index . 1) -}}
{{- end -}}
