{{- /* SPDX-License-Identifier: Apache-2.0 */ -}}
{{- define "nltap.agentDaemonSet" -}}
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: nltap-agent
  namespace: {{ .Release.Namespace }}
  labels: {{- include "nltap.labels" . | nindent 4 }}
spec:
  # Nodes come and go with captures: that must not restart the agents of other nodes.
  updateStrategy:
    type: OnDelete
  selector:
    matchLabels: {{- include "nltap.selector" "agent" | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "nltap.selector" "agent" | nindent 8 }}
        {{- with .Values.agent.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- $oldAppArmor := semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version }}
      {{- if or $oldAppArmor .Values.agent.podAnnotations }}
      annotations:
        {{- if $oldAppArmor }}
        container.apparmor.security.beta.kubernetes.io/agent: unconfined
        {{- end }}
        {{- with .Values.agent.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
    spec:
      serviceAccountName: nltap-agent
      hostPID: true # the pods' processes, and through them their network namespaces
      terminationGracePeriodSeconds: 60 # to close, upload and clean up
      {{- with .Values.agent.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with .Values.agent.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.agent.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: agent
          image: {{ include "nltap.image" (dict "image" .Values.agent.image "root" .) }}
          imagePullPolicy: {{ .Values.agent.image.pullPolicy }}
          env:
            - name: NODE_NAME
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
            - name: NLTAP_NAMESPACE
              valueFrom:
                fieldRef:
                  fieldPath: metadata.namespace
            - name: NLTAP_STATE_DIR
              value: /var/lib/nltap
            - name: NLTAP_SPOOL_BYTES
              value: {{ .Values.agent.spoolBytes | quote }}
            - name: NLTAP_RING_BYTES
              value: {{ .Values.agent.ringBytes | quote }}
            - name: NLTAP_TOKEN_FILE
              value: /var/run/secrets/nltap/token
            - name: NLTAP_GATEWAY_CA_FILE
              value: /etc/nltap/gateway/ca.crt
            {{- with .Values.store.s3.caConfigMap }}
            - name: NLTAP_STORE_CA_FILE
              value: /etc/nltap/store/ca.crt
            {{- end }}
            - name: NLTAP_UPLOAD_GRACE
              value: 40s
            # Through the node's first process: a mount would keep the pod from starting on a node without modules.
            - name: NLTAP_MODULES
              value: /proc/1/root{{ .Values.agent.modulesDirectory }}
            - name: NLTAP_ALLOW_UNREDACTED
              value: {{ .Values.allowUnredacted | quote }}
            - name: NLTAP_LOG_LEVEL
              value: {{ .Values.agent.logLevel | quote }}
            {{- with .Values.agent.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          resources: {{- toYaml .Values.agent.resources | nindent 12 }}
          securityContext:
            privileged: false
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            runAsUser: 0
            capabilities:
              drop: [ALL]
              add:
                - SYS_ADMIN # setns into a pod's network namespace; it stands for BPF too, the tagger's program
                - SYS_PTRACE # open /proc/<pid>/ns/net of processes of other users
                - NET_ADMIN # the nlmon device, and the tagger's program on it
                - NET_RAW # the packet ring
                - SYS_MODULE # nlmon, where the kernel does not load it by itself
                - DAC_READ_SEARCH # /proc/<pid> of other users
            seccompProfile:
              type: {{ .Values.agent.seccompProfile }}
            seLinuxOptions: # ignored where there is no SELinux; the usual type sees neither other processes nor the spool
              type: spc_t
            {{- if not $oldAppArmor }}
            appArmorProfile: # the usual profile forbids ptrace access to other pods' processes
              type: Unconfined
            {{- end }}
          volumeMounts:
            - name: state
              mountPath: /var/lib/nltap
            - name: token
              mountPath: /var/run/secrets/nltap
              readOnly: true
            - name: gateway-ca
              mountPath: /etc/nltap/gateway
              readOnly: true
            {{- if .Values.store.s3.caConfigMap }}
            - name: store-ca
              mountPath: /etc/nltap/store
              readOnly: true
            {{- end }}
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: state
          hostPath:
            path: {{ .Values.agent.stateDirectory }}
            type: DirectoryOrCreate
        - name: token
          projected:
            sources:
              - serviceAccountToken:
                  path: token
                  audience: nltap # good for the gateway, and for nothing else
                  expirationSeconds: 3600
        - name: gateway-ca
          secret:
            secretName: {{ include "nltap.tlsSecret" . }}
            items:
              - {key: ca.crt, path: ca.crt}
        {{- with .Values.store.s3.caConfigMap }}
        - name: store-ca
          configMap:
            name: {{ . }}
        {{- end }}
        - name: tmp
          emptyDir:
            medium: Memory
            sizeLimit: 64Mi
{{- end -}}
