{{/* The name of all objects; with the longest suffix (-own-namespace) it has 63 characters at most. */}}
{{- define "slackwater.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 49 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 49 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 49 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The Deployment's selector, which can never change. `slackwater report` finds Pods by the first label. */}}
{{- define "slackwater.selectorLabels" -}}
app.kubernetes.io/name: slackwater
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "slackwater.ownLabels" -}}
{{ include "slackwater.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: webhook
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end -}}

{{/* Each label once: those of Slackwater, then those of the object, then those for everything. (list CONTEXT LABELS) */}}
{{- define "slackwater.labels" -}}
{{- $context := index . 0 -}}
{{- toYaml (merge (include "slackwater.ownLabels" $context | fromYaml) (index . 1) $context.Values.commonLabels) -}}
{{- end -}}

{{/* Labels of the Pod of `helm test`. */}}
{{- define "slackwater.testLabels" -}}
app.kubernetes.io/name: slackwater-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* name, labels and annotations of one object. (list CONTEXT NAME ANNOTATIONS LABELS), the last two are optional. */}}
{{- define "slackwater.metadata" -}}
{{- $context := index . 0 -}}
{{- $annotations := dict -}}
{{- if gt (len .) 2 }}{{ $annotations = index . 2 | default dict }}{{ end -}}
{{- $labels := dict -}}
{{- if gt (len .) 3 }}{{ $labels = index . 3 | default dict }}{{ end -}}
name: {{ index . 1 }}
labels:
  {{- include "slackwater.labels" (list $context $labels) | nindent 2 }}
{{- with merge (dict) $annotations $context.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "slackwater.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "slackwater.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "slackwater.image" -}}
{{- $repository := include "slackwater.repository" . -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ $repository }}@{{ .digest }}
{{- else -}}
{{ $repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The first part of a name is a registry if it has a dot or a port, or is localhost (distribution's reference). */}}
{{- define "slackwater.repository" -}}
{{- $repository := .Values.image.repository -}}
{{- with (.Values.global).imageRegistry -}}
{{- $path := regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $repository "" -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) $path -}}
{{- end -}}
{{- $repository -}}
{{- end -}}

{{/* Pull secrets of a Pod; each is given as a name or in the format of Kubernetes. */}}
{{- define "slackwater.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat .Values.imagePullSecrets ((.Values.global).imagePullSecrets | default list) -}}
{{- if kindIs "map" . }}{{ $names = append $names .name }}{{ else }}{{ $names = append $names . }}{{ end -}}
{{- end -}}
{{- with uniq $names -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ toYaml . }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* The image is for Linux, and a cluster may have nodes with Windows, too. */}}
{{- define "slackwater.nodeSelector" -}}
{{- toYaml (merge (dict) .Values.nodeSelector (dict "kubernetes.io/os" "linux")) -}}
{{- end -}}

{{- define "slackwater.settingsName" -}}
{{ include "slackwater.fullname" . }}-settings
{{- end -}}

{{/* Empty if files are given instead. */}}
{{- define "slackwater.certificateSecret" -}}
{{- if .Values.certificates.secretName -}}
{{ .Values.certificates.secretName }}
{{- else if ne .Values.certificates.mode "own" -}}
{{ include "slackwater.fullname" . }}-certificates
{{- end -}}
{{- end -}}

{{- define "slackwater.serviceHost" -}}
{{ include "slackwater.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end -}}

{{/* True if the setting asks for reports that other tools show. */}}
{{- define "slackwater.policyReports" -}}
{{- if has (include "slackwater.setting" (list . "policyReports")) (list "auto" "openreports.io" "wgpolicyk8s.io") }}true{{ end -}}
{{- end -}}
