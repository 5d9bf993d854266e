/**
 * Manifests of a large repository as text, as people and Helm write them: for each application a Deployment, its Service,
 * an Ingress or (each second) an HTTPRoute, a ConfigMap and a ServiceAccount; 360 bytes a document. Teams are namespaces.
 */

/** Documents of one application. */
export const DOCUMENTS_EACH = 5

const APPLICATIONS_IN_A_TEAM = 20

/** A file of the tree, with its path below the tree's folder. */
export interface ManifestFile {
  readonly path: string
  readonly text: string
}

/** One document in each file, a folder for each team. */
export const inManyFiles = (documents: number): readonly ManifestFile[] =>
  applications(documents).flatMap((application) =>
    documentsOf(application).map((text, index) => ({
      path: `${teamOf(application)}/app-${application}/${index}.yaml`,
      text,
    })),
  )

/** All documents in one file, as `helm template` prints them. */
export const inOneFile = (documents: number): readonly ManifestFile[] => [
  { path: 'all.yaml', text: applications(documents).flatMap(documentsOf).join('---\n') },
]

const applications = (documents: number): readonly number[] =>
  Array.from({ length: Math.ceil(documents / DOCUMENTS_EACH) }, (_, index) => index)

const teamOf = (application: number): string => `team-${Math.floor(application / APPLICATIONS_IN_A_TEAM)}`

const documentsOf = (application: number): readonly string[] => {
  const [name, namespace] = [`app-${application}`, teamOf(application)]
  return [
    deployment(name, namespace),
    service(name, namespace),
    application % 2 === 0 ? ingress(name, namespace) : route(name, namespace),
    configMap(name, namespace),
    serviceAccount(name, namespace),
  ]
}

const metadata = (name: string, namespace: string): string => `metadata:
  name: ${name}
  namespace: ${namespace}
  labels: { app.kubernetes.io/name: ${name} }
`

const deployment = (name: string, namespace: string): string => `# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
${metadata(name, namespace)}spec:
  replicas: 3
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: app
          image: "registry.example.com/${namespace}/${name}:1.27.3"
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: "info"
          readinessProbe:
            httpGet: { path: /ready, port: http }
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits: { memory: 256Mi }
`

const service = (name: string, namespace: string): string => `apiVersion: v1
kind: Service
${metadata(name, namespace)}spec:
  selector:
    app: ${name}
  ports:
    - name: http # of the container
      port: 80
      targetPort: http
`

const ingress = (name: string, namespace: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
${metadata(name, namespace)}  annotations:
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  rules:
    - host: ${name}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${name}
                port:
                  name: http
`

const route = (name: string, namespace: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
${metadata(name, namespace)}spec:
  parentRefs:
    - name: edge
      namespace: infra
  hostnames: [${name}.example.com]
  rules:
    - matches:
        - path: { type: PathPrefix, value: / }
      backendRefs:
        - name: ${name}
          port: 80
`

const configMap = (name: string, namespace: string): string => `apiVersion: v1
kind: ConfigMap
${metadata(name, namespace)}data:
  settings.yaml: |
    log:
      level: info
    greeting: Hello, world
  TIMEOUT: "30"
`

const serviceAccount = (name: string, namespace: string): string => `apiVersion: v1
kind: ServiceAccount
${metadata(name, namespace)}automountServiceAccountToken: false
`
