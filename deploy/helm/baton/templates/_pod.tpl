{{/* Seconds that a drain and then the leaving of the cluster may take. */}}
{{- define "baton.drainSeconds" -}}20{{- end }}
{{- define "baton.leaveSeconds" -}}30{{- end }}

{{- define "baton.pod" -}}
{{- $v := .values }}
{{- $worker := ne .role "gateway" }}
{{- $image := .image }}
{{- $least := add $v.preStopSeconds (include "baton.drainSeconds" . | int) (include "baton.leaveSeconds" . | int) }}
{{- if le (int $v.terminationGracePeriodSeconds) (int $least) }}
{{- fail (printf "%s.terminationGracePeriodSeconds must be above %d: preStop, drain and leaving" .role $least) }}
{{- end }}
{{- with .root -}}
serviceAccountName: {{ include "baton.serviceAccount" . }}
enableServiceLinks: false # a release named baton would fill the environment with BATON_ variables
# Above preStop + drain + leaving: a silo that is killed before it has left is a dead member until others notice.
terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1654 # "app" of the .NET images
  runAsGroup: 1654
  fsGroup: 1654
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "baton.selector" (dict "root" . "component" $.role) | nindent 8 }}
{{- if .Values.model.fetch.image }}
initContainers:
  - name: fetch-model
    image: {{ .Values.model.fetch.image | quote }}
    {{- with .Values.model.fetch.command }}
    command: {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext: {{- include "baton.securityContext" . | nindent 6 }}
    volumeMounts:
      - {name: models, mountPath: /models}
      - {name: tmp, mountPath: /tmp}
{{- end }}
containers:
  - name: baton
    image: "{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}"
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    securityContext: {{- include "baton.securityContext" . | nindent 6 }}
    {{- include "baton.container" $ | nindent 4 }}
volumes:
  - {name: tmp, emptyDir: {}}
  {{- if $worker }}
  - name: shm
    emptyDir: {medium: Memory, sizeLimit: {{ $v.shmSize }}}
  {{- end }}
  {{- if .Values.model.existingClaim }}
  - name: models
    persistentVolumeClaim: {claimName: {{ .Values.model.existingClaim | quote }}, readOnly: true}
  {{- else if .Values.model.fetch.image }}
  - name: models
    emptyDir: {sizeLimit: {{ .Values.model.fetch.sizeLimit }}}
  {{- end }}
{{- end }}
{{- end }}
