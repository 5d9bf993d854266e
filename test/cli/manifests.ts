/** A Deployment behind an ALB with ip targets and a deregistration delay: complete but for what is asked for. */
export function shop({
  delay = 30,
  pod = '',
  replicas = 3,
  ready = true,
  label = 'enabled',
}: {
  readonly delay?: number
  /** Lines of the pod spec, indented by six spaces. */
  readonly pod?: string
  readonly replicas?: number
  readonly ready?: boolean
  /** Value of the readiness-gate label; empty for none. */
  readonly label?: string
} = {}): string {
  const labels = label === '' ? '' : `\n  labels:\n    elbv2.k8s.aws/pod-readiness-gate-inject: ${label}`
  const probe = ready ? '\n          readinessProbe: { httpGet: { port: 80 } }' : ''
  return `apiVersion: v1
kind: Namespace
metadata:
  name: shop${labels}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web } # what the Service selects
    spec:
${pod}      containers:
        - name: app
          image: nginx:1.27${probe}
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=${delay}
spec:
  ingressClassName: alb
  defaultBackend: { service: { name: web, port: { number: 80 } } }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: alb
spec:
  controller: ingress.k8s.aws/alb
`
}
