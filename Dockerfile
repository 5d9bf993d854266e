# Build: any platform with Node.js, since the program is JavaScript; run: amd64 and arm64, without shell or package manager.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
# No package runs a script here: the Node.js that one of them would bring is there already.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
ARG REVISION=unknown
RUN SLACKWATER_REVISION="$REVISION" sh image/app.sh /image

FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:bb6b03d81066993293a10feda7250e8e1cc034035fe9b61cfceededa7c8bf04d
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="slackwater" \
      org.opencontainers.image.description="Admission webhook for Amazon EKS: rolling updates behind an ALB or NLB lose no request" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/app /app
WORKDIR /app
USER 65532:65532
# AWS's SDK ends the process where a user has no home directory. It needs none, and reads nothing there.
# An arena of malloc for each thread keeps 2 to 3 MiB more; Node.js has few threads, and they seldom allocate.
ENV NODE_ENV=production PATH=/app:/usr/bin:/bin MALLOC_ARENA_MAX=1 HOME=/
EXPOSE 9443 8080
# With a memory limit of 512 MiB, V8 uses 1 MiB for new objects, and copies the data of a large object twice while it is
# read. Without such a limit V8 uses 16 MiB, which makes the peak under load 20 to 50 MiB higher and saves no CPU time that
# can be told from noise (docs/performance.md).
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=8", "/app/dist/main.js"]
CMD ["serve"]
