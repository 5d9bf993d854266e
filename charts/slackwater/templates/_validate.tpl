{{/*
Checks that a schema cannot make, or cannot explain. Each message names the value and the fix.
*/}}
{{- define "slackwater.validate" -}}
{{- include "slackwater.validate.settings" . -}}
{{- include "slackwater.validate.global" . -}}
{{- include "slackwater.validate.name" . -}}
{{- include "slackwater.validate.alone" . -}}
{{- include "slackwater.validate.replicas" . -}}
{{- include "slackwater.validate.image" . -}}
{{- include "slackwater.validate.ports" . -}}
{{- include "slackwater.validate.podSecurity" . -}}
{{- include "slackwater.validate.selectors" . -}}
{{- include "slackwater.validate.conditions" . -}}
{{- include "slackwater.validate.certificates" . -}}
{{- include "slackwater.validate.clients" . -}}
{{- include "slackwater.validate.monitoring" . -}}
{{- end -}}

{{/*
In a subchart, global.mode may belong to another chart. Installed alone, it is meant as this chart's mode, and would silently
have no effect. Keys that are not values of this chart may be for others: values files are shared.
*/}}
{{- define "slackwater.validate.global" -}}
{{- if .Chart.IsRoot -}}
{{- if and (hasKey .Values "enabled") (not .Values.enabled) -}}
{{- fail "\n\nenabled is false, which only a parent chart reads, as the condition of its dependency. To stop all changes set mode=off" -}}
{{- end -}}
{{- range $key, $_ := omit (.Values.global | default dict) "imageRegistry" "imagePullSecrets" -}}
{{- if or (hasKey $.Values $key) (has $key (include "slackwater.settingKeys" $ | fromJsonArray)) -}}
{{- fail (printf "\n\nglobal.%s is given, which this chart does not read: set %s. Of global it reads imageRegistry and imagePullSecrets" $key $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A Service requires an RFC 1035 name. */}}
{{- define "slackwater.validate.name" -}}
{{- $name := include "slackwater.fullname" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) -}}
{{- fail (printf "\n\neverything would be named %s, which is not a valid name of a Service: set fullnameOverride to a name of lower-case letters, digits and dashes that starts with a letter" $name) -}}
{{- end -}}
{{- end -}}

{{/*
Two releases would change the same workloads, each with its own settings. Only an install is rejected: an existing release
must stay upgradable. helm template sees neither a cluster nor other releases.
*/}}
{{- define "slackwater.validate.alone" -}}
{{- if .Release.IsInstall -}}
{{- range (lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" "").items -}}
{{- if eq (dig "metadata" "labels" "app.kubernetes.io/name" "" .) "slackwater" -}}
{{- $release := dig "metadata" "annotations" "meta.helm.sh/release-name" "" . -}}
{{- $namespace := dig "metadata" "annotations" "meta.helm.sh/release-namespace" "" . -}}
{{- $why := "Two would answer for the same workloads, each with its own settings" -}}
{{- if not $release -}}
{{- /* With the same name: Helm takes it over if it is asked to, and otherwise refuses itself. */ -}}
{{- if ne .metadata.name (include "slackwater.fullname" $) -}}
{{- fail (printf "\n\nthis cluster has Slackwater already, installed without Helm (MutatingWebhookConfiguration %s). %s. Uninstall that one first: docs/uninstall.md" .metadata.name $why) -}}
{{- end -}}
{{- else if or (ne $release $.Release.Name) (ne $namespace $.Release.Namespace) -}}
{{- fail (printf "\n\nthis cluster has Slackwater already: release %s in namespace %s (MutatingWebhookConfiguration %s). %s. Change that one with helm upgrade, or uninstall it first: helm uninstall %s -n %s" $release $namespace .metadata.name $why $release $namespace) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "slackwater.validate.replicas" -}}
{{- if lt (int .Values.replicaCount) 1 -}}
{{- fail (printf "\n\nreplicaCount: %v: no replica would answer. To stop all changes set mode=off; to uninstall: helm uninstall %s -n %s" .Values.replicaCount .Release.Name .Release.Namespace) -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) .Values.rbac.create -}}
{{- fail "\n\nserviceAccount.create is false and serviceAccount.name is empty: every Pod of the namespace would get Slackwater's permissions. Set serviceAccount.name" -}}
{{- end -}}
{{- end -}}

{{/* A tag or a digest within the name would get another one behind it. A port stands before the last slash. */}}
{{- define "slackwater.validate.image" -}}
{{- $repository := .Values.image.repository -}}
{{- if regexMatch "[:@]" ($repository | splitList "/" | last) -}}
{{- fail (printf "\n\nimage.repository is %s, with a tag or a digest: write it without, and set image.tag or image.digest" $repository) -}}
{{- end -}}
{{- end -}}

{{- define "slackwater.validate.ports" -}}
{{- $ports := list (int .Values.webhook.port) (int .Values.healthPort) (int .Values.reportPort) -}}
{{- if lt (len (uniq $ports)) 3 -}}
{{- fail (printf "\n\nwebhook.port: %v, healthPort: %v, reportPort: %v: all three must be different" .Values.webhook.port .Values.healthPort .Values.reportPort) -}}
{{- end -}}
{{- end -}}

{{/* Only for names that are stated: what labels select is not known here. */}}
{{- define "slackwater.validate.selectors" -}}
{{- $given := .Values.webhook.namespaceSelector | default dict -}}
{{- $expressions := $given.matchExpressions | default list -}}
{{- with get ($given.matchLabels | default dict) "kubernetes.io/metadata.name" -}}
{{- $expressions = append $expressions (dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" (list .)) -}}
{{- end -}}
{{- $untouched := include "slackwater.untouched" . | fromJsonArray -}}
{{- range $expressions -}}
{{- if and (eq .key "kubernetes.io/metadata.name") (eq .operator "In") -}}
{{- $left := .values -}}
{{- range $untouched }}{{ $left = without $left . }}{{ end -}}
{{- if not $left -}}
{{- fail (printf "\n\nwebhook.namespaceSelector selects only %s, where Slackwater changes nothing: it would never be asked. Select other namespaces; to stop it, set mode=off" (join ", " .values)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The names of the chart's own conditions; a test compares them with the webhooks. */}}
{{- define "slackwater.conditionNames" -}}
["changes-what-we-write","moves-traffic","is-not-controlled","is-not-being-deleted","carries-our-record"]
{{- end -}}

{{- define "slackwater.validate.conditions" -}}
{{- $ours := include "slackwater.conditionNames" . | fromJsonArray -}}
{{- $names := list -}}
{{- range $index, $condition := .Values.webhook.matchConditions -}}
{{- if has .name $ours -}}
{{- fail (printf "\n\nwebhook.matchConditions[%d].name is %s, which is a condition of the chart: choose another name than %s" $index .name (join ", " $ours)) -}}
{{- end -}}
{{- if has .name $names -}}
{{- fail (printf "\n\nwebhook.matchConditions[%d].name is %s, as another before it: names must be different" $index .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- end -}}

{{- define "slackwater.validate.certificates" -}}
{{- $certificates := .Values.certificates -}}
{{- $own := $certificates.own -}}
{{- if eq $certificates.mode "own" -}}
{{- if and $certificates.secretName (or $own.certFile $own.keyFile) -}}
{{- fail "\n\ncertificates.secretName and certificates.own.certFile are both set: give one of them" -}}
{{- end -}}
{{- if not (or $certificates.secretName (and $own.certFile $own.keyFile)) -}}
{{- fail "\n\ncertificates.mode is own: name your Secret in certificates.secretName, or give certificates.own.certFile and certificates.own.keyFile" -}}
{{- end -}}
{{- else if or $own.caBundle $own.certFile $own.keyFile -}}
{{- fail (printf "\n\ncertificates.own is given, but certificates.mode is %s: set certificates.mode=own" $certificates.mode) -}}
{{- end -}}
{{- if and $own.caBundle (not (contains "-----BEGIN CERTIFICATE-----" $own.caBundle)) -}}
{{- fail "\n\ncertificates.own.caBundle is not a PEM certificate (-----BEGIN CERTIFICATE-----): give the text itself, for example with --set-file certificates.own.caBundle=ca.crt" -}}
{{- end -}}
{{- if eq $certificates.mode "cert-manager" -}}
{{- $lasts := now | dateModify $certificates.certManager.duration | unixEpoch -}}
{{- $early := now | dateModify $certificates.certManager.renewBefore | unixEpoch -}}
{{- if le (int64 $lasts) (int64 $early) -}}
{{- fail (printf "\n\ncertificates.certManager.renewBefore is %s, and duration is %s: duration must be longer than renewBefore" $certificates.certManager.renewBefore $certificates.certManager.duration) -}}
{{- end -}}
{{- include "slackwater.validate.kind" (list . "cert-manager.io/v1" "Certificate" "certificates.mode is cert-manager" "Install cert-manager first, or leave certificates.mode at self-managed") -}}
{{- end -}}
{{- end -}}

{{- define "slackwater.validate.clients" -}}
{{- with .Values.webhook.clients -}}
{{- $given := list -}}
{{- range $key := list "caConfigMap" "caSecret" "caFile" -}}
{{- if get $.Values.webhook.clients $key }}{{ $given = append $given (printf "webhook.clients.%s" $key) }}{{ end -}}
{{- end -}}
{{- if gt (len $given) 1 -}}
{{- fail (printf "\n\n%s are all set: the CA of clients is read from one place. Give one of them" (join " and " $given)) -}}
{{- end -}}
{{- if and .names (not $given) -}}
{{- fail "\n\nwebhook.clients.names is set, but no CA that signs these names: set webhook.clients.caConfigMap, caSecret or caFile" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "slackwater.validate.monitoring" -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
{{- fail "\n\nserviceMonitor.enabled and podMonitor.enabled: every Pod would be counted twice. Enable one of them" -}}
{{- end -}}
{{- $instead := "Install Prometheus Operator first, or leave it out" -}}
{{- if .Values.serviceMonitor.enabled -}}
{{- include "slackwater.validate.kind" (list . "monitoring.coreos.com/v1" "ServiceMonitor" "serviceMonitor.enabled is true" $instead) -}}
{{- end -}}
{{- if .Values.podMonitor.enabled -}}
{{- include "slackwater.validate.kind" (list . "monitoring.coreos.com/v1" "PodMonitor" "podMonitor.enabled is true" $instead) -}}
{{- end -}}
{{- if .Values.prometheusRule.enabled -}}
{{- include "slackwater.validate.kind" (list . "monitoring.coreos.com/v1" "PrometheusRule" "prometheusRule.enabled is true" $instead) -}}
{{- end -}}
{{- end -}}

{{/* The cluster must have a kind. (list CONTEXT VERSION KIND WHAT-NEEDS-IT WHAT-TO-DO) */}}
{{- define "slackwater.validate.kind" -}}
{{- $versions := (index . 0).Capabilities.APIVersions -}}
{{- $version := index . 1 -}}
{{- $kind := index . 2 -}}
{{- if not (or ($versions.Has (printf "%s/%s" $version $kind)) ($versions.Has $version)) -}}
{{- fail (printf "\n\n%s, but the cluster has no %s %s. %s. (helm template sees no cluster: add --api-versions %s)" (index . 3) $version $kind (index . 4) $version) -}}
{{- end -}}
{{- end -}}
