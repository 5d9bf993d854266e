/**
 * What must come of the 100 workloads of `test/fixtures/well-formed`, with the terms of `STATED_TERMS`: derived by hand
 * from the table of docs/budget.md, never from the program's output. S for each way of standing behind a load balancer:
 *
 * - ip × ALB: C 5 + max(P 25, min(D, P 25 + R 10)) + J 5 = 45, where D is 35 or more, or 300 assumed
 * - ip × NLB: C 5 + P 120 + R 10 + J 5 = 140
 * - instance × ALB: K 10 + I 60 + J 5 = 75
 * - instance × NLB, Cluster: K 10 + R 10 + J 5 = 25
 * - instance × NLB, Local: H (10 × 2 + 6) + L 40 + J 5 = 71
 * - ip × NLB that ends connections itself: C 5 + max(P 120, min(D, P 120 + R 10)) + J 5
 *
 * Another sum has its derivation beside it. G of what is unprotected is S + A; A is the grace period that the file
 * states, else 30.
 */
export type Expected =
  /** No load balancer sends here. */
  | 'none'
  /** Of a kind that is left alone. */
  | 'left alone'
  | { readonly behind: string; readonly sleep: number; readonly grace?: number }

const behind = (sender: string, sleep: number, grace?: number): Expected => ({
  behind: sender,
  sleep,
  ...(grace === undefined ? {} : { grace }),
})

/** By file, each workload as `Kind namespace/name`. */
export const EXPECTED: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  'protected/backoffice.yaml': {
    'Deployment backoffice/erp': behind('alb-instance', 75),
    'Deployment backoffice/print-queue': 'none',
  },
  'protected/booking-istio.yaml': {
    'Deployment booking/booking-api': behind('alb-ip', 45),
    'Deployment booking/seat-map': behind('alb-ip', 45),
  },
  'protected/brokers.yaml': {
    'StatefulSet brokers/nats': behind('nlb-ip', 140),
    'Deployment brokers/syslog': behind('nlb-ip', 140),
    'Deployment brokers/pooler': behind('nlb-ip', 140),
  },
  'protected/data-api.yaml': {
    'Deployment data-api/query': behind('alb-ip', 45),
    'Deployment data-api/feed': behind('nlb-ip', 140),
    'Deployment data-api/tiles': behind('alb-instance', 75),
  },
  'protected/docs-site.yaml': {
    'Deployment docs-site/cms': behind('alb-ip', 45),
    'Deployment docs-site/renderer': behind('alb-ip', 45),
  },
  'protected/edge-proxy.yaml': {
    'Deployment edge-proxy/haproxy': behind('nlb-instance', 25),
    'Deployment edge-proxy/static': behind('nlb-instance', 71),
  },
  'protected/game.yaml': {
    // ip targets: `Local` changes nothing
    'Deployment game/match': behind('nlb-ip', 140),
    'Deployment game/voice': behind('nlb-ip', 140),
    'Deployment game/leaderboard': 'none',
  },
  'protected/gateway-http.yaml': {
    'Deployment catalog/products': behind('alb-ip', 45),
    'Deployment catalog/pages': behind('alb-ip', 45),
    'Deployment quotes/quotes': behind('alb-ip', 45),
  },
  'protected/identity.yaml': {
    'Rollout identity/login': behind('alb-ip', 45),
    'Rollout identity/accounts': behind('alb-ip', 45),
    'StatefulSet identity/sessions': 'none',
  },
  'protected/ingress-nginx.yaml': {
    'Deployment ingress-nginx/ingress-nginx-controller': behind('nlb-ip', 140),
  },
  'protected/inventory-list.json': {
    'Deployment stock/stock-api': behind('alb-ip', 45),
    'ReplicaSet stock/barcode': 'none',
    'DaemonSet stock/scale-driver': 'left alone',
  },
  'protected/iot.yaml': {
    'StatefulSet iot/mqtt': behind('nlb-ip', 140),
    'StatefulSet iot/timescale': 'none',
  },
  'protected/landing-spot.yaml': {
    // Spot allows 110 − min(A 30, 30) = 80, and 110 − min(A 25, 30) = 85: both above 45
    'Deployment landing/landing': behind('alb-ip', 45),
    'Deployment landing/shortener': behind('alb-ip', 45),
  },
  'protected/media.yaml': {
    'Deployment media/rtmp-ingest': behind('nlb-ip', 140),
    'Deployment media/hls-origin': behind('nlb-ip', 140),
    'Deployment media/transcoder': 'none',
  },
  'protected/ml-serving.yaml': {
    'Deployment ml-serving/inference': behind('alb-ip', 45),
    'Deployment ml-serving/embedder': 'none',
    'StatefulSet ml-serving/feature-store': 'none',
  },
  'protected/orders-linkerd.yaml': {
    'Deployment orders/orders': behind('alb-ip', 45),
    'Deployment orders/fulfilment': 'none',
  },
  'protected/payments.yaml': {
    'Deployment payments/checkout': behind('alb-ip', 45),
    'Deployment payments/ledger': behind('alb-ip', 45),
    'Deployment payments/callback-receiver': behind('alb-ip', 45),
    'Deployment payments/fraud-scoring': 'none',
  },
  'protected/platform-internal.yaml': {
    'StatefulSet platform/rabbitmq': 'none',
    'StatefulSet platform/kafka': 'none',
    'Deployment platform/grafana': 'none',
    'Deployment platform/celery': 'none',
    'Deployment platform/sqs-consumer': 'none',
    'DaemonSet platform/node-logs': 'left alone',
    'Rollout platform/recommender': 'none',
    'Pod platform/debug-shell': 'none',
  },
  'protected/portal-auto-mode.yaml': {
    'Deployment portal/portal-web': behind('alb-ip', 45),
    'Deployment portal/portal-graphql': behind('alb-ip', 45),
    'Deployment portal/portal-sockets': behind('nlb-ip', 140),
  },
  'protected/search-weights.yaml': {
    'Deployment search/search-lucene': behind('alb-ip', 45),
    'Deployment search/search-vector': behind('alb-ip', 45),
  },
  'protected/storefront.yaml': {
    'Deployment storefront/web': behind('alb-ip', 45),
    'Deployment storefront/api': behind('alb-ip', 45),
    'Deployment storefront/admin': behind('alb-ip', 45),
  },
  'protected/support-helm-template.yaml': {
    'Deployment support/helpdesk-support': behind('alb-ip', 45),
    'Deployment support/helpdesk-support-worker': 'none',
    'Job support/helpdesk-support-migrate': 'left alone',
  },
  'protected/trading-connection-termination.yaml': {
    // the NLB ends everything at C + D: 5 + max(120, min(120, 120 + 10)) + 5
    'Deployment trading/fix-gateway': behind('nlb-ip', 130),
  },
  'protected/wallet-kustomize-build.yaml': {
    'Deployment wallet-prod/prod-notifier': 'none',
    'Deployment wallet-prod/prod-rates': 'none',
    'Deployment wallet-prod/prod-wallet-api': behind('alb-ip', 45),
    'Deployment wallet-prod/prod-wallet-web': behind('alb-ip', 45),
    'Deployment wallet-prod/prod-wallet-worker': 'none',
  },
  'unprotected/chat.yaml': {
    'StatefulSet chat/sockets': behind('alb-ip', 45, 135), // states 90
    'Deployment chat/presence': behind('alb-ip', 45, 75),
  },
  'unprotected/delivery-mesh.yaml': {
    'Deployment delivery/tracking': behind('alb-ip', 45, 75),
    'Deployment delivery/couriers': behind('alb-ip', 45, 75),
  },
  'unprotected/gateway-next.yaml': {
    'Deployment tickets-next/tickets-v1': behind('alb-ip', 45, 75),
    'Deployment tickets-next/tickets-v2': behind('alb-ip', 45, 90), // states 45
  },
  'unprotected/intranet-rollout.yaml': {
    'Rollout intranet-rollout/wiki': behind('alb-instance', 75, 105),
  },
  'unprotected/intranet.yaml': {
    'Deployment intranet/timesheet': behind('alb-instance', 135, 165), // K 10 + I 120 + J 5
    'Deployment intranet/ldap': behind('nlb-instance', 25, 55),
  },
  'unprotected/kiosk-auto-mode.yaml': {
    'Deployment kiosk/kiosk': behind('alb-ip', 45, 75),
    'Deployment kiosk/terminals': behind('nlb-ip', 140, 170),
  },
  'unprotected/news-short-delay.yaml': {
    // 5 + max(25, min(30, 35)) + 5 = 40
    'Deployment news/articles': behind('alb-ip', 40, 70),
    'Deployment news/feeds': behind('alb-ip', 40, 70), // states 30
  },
  'unprotected/partner-bindings.yaml': {
    'Deployment partner-api/partner-api': behind('alb-ip', 45, 165), // states 120
    'ReplicaSet partner-api/sftp': behind('nlb-ip', 140, 170),
  },
  'unprotected/pricing-autoscaled.yaml': {
    'Deployment pricing/offers': behind('alb-ip', 45, 75),
    // six and three replicas, by their autoscalers: another one serves meanwhile
    'Deployment pricing/quote': behind('alb-ip', 45, 75),
    'StatefulSet pricing/cache': behind('alb-ip', 45, 75),
    'Deployment pricing/rules': behind('alb-ip', 45, 75),
  },
  'unprotected/reports-annotated.yaml': {
    // R 60: 5 + max(25, min(120, 85)) + 5 = 95; A 20
    'Deployment reports/exports': behind('alb-ip', 95, 115),
    // graceful: 5 + 25 + 5 = 35; the proxy outlives the application, 35 + max(A 25, R 10), and has 5 s for its own end
    'Deployment reports/dashboards': behind('alb-ip', 35, 65),
  },
  'unprotected/shared-group.yaml': {
    'Deployment team-recipes/recipes': behind('alb-ip', 45, 75),
    'Deployment team-nutrition/nutrition': behind('alb-ip', 45, 75),
  },
  'unprotected/signup-rollouts.yaml': {
    'Rollout signup/signup': behind('alb-ip', 45, 75),
    'Rollout signup/invite': behind('alb-ip', 45, 75),
  },
  'unprotected/telemetry.yaml': {
    'Deployment telemetry/otel-gateway': behind('nlb-ip', 140, 170),
    'Deployment telemetry/flow-logs': behind('nlb-ip', 140, 160), // states 20
  },
  'unprotected/travel.yaml': {
    'Deployment travel/flights': behind('alb-ip', 45, 75),
    'Deployment travel/hotels': behind('alb-ip', 45, 105), // states 60
    // the application 45 + 60, the sidecar 50 + (60 − 50): its hook takes nothing from the application
    'Deployment travel/cars': behind('alb-ip', 45, 105),
  },
  'unprotected/warehouse-chart.yaml': {
    'StatefulSet warehouse/warehouse-redis-master': 'none',
    'Deployment warehouse/warehouse-picking': behind('alb-ip', 45, 75),
  },
}
