{{- /* SPDX-License-Identifier: Apache-2.0 */ -}}

{{- define "nltap.labels" -}}
app.kubernetes.io/name: nltap
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- /* Immutable in a Deployment and a DaemonSet: no version, no release. */ -}}
{{- define "nltap.selector" -}}
app.kubernetes.io/name: nltap
app.kubernetes.io/component: {{ . }}
{{- end -}}

{{- /* Of a dict with "image" and "root". */ -}}
{{- define "nltap.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "nltap.gatewayUrl" -}}
{{ .Values.gateway.url | default (printf "https://nltap-gateway.%s.svc:%d" .Release.Namespace (int .Values.gateway.port)) }}
{{- end -}}

{{- define "nltap.tlsSecret" -}}
{{ .Values.gateway.tls.existingSecret | default "nltap-gateway-tls" }}
{{- end -}}
