# One image for all programs: api.js, worker.js, migration.js and exercise.js, each started by its name.
# docs/guides/application-on-kubernetes.md tells how it is built, published and named in an environment.
#
# Images are named by the digests of their indexes, so that a build is repeated on any platform with the same bytes.
ARG NODE_IMAGE=docker.io/library/node:22-bookworm-slim@sha256:43ac6c60b8f89723f746e8a92ce91abd5017e627ce1ddfe4238355d3a30b772c
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs22-debian12:nonroot@sha256:13593b7570658e8477de39e2f4a1dd25db2f836d68a0ba771251572d23bb4f8e

# The bundles are the same for every platform: they are made on that of the machine that builds.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY apps apps
COPY constructs constructs
COPY environments environments
RUN npm run --silent build
# Certificates of RDS' authorities, of all regions; those of other partitions are published elsewhere.
ARG RDS_CERTIFICATES=https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
ADD --chmod=0444 ${RDS_CERTIFICATES} dist/image/etc/redis-platform/certificates/rds.pem
# Seconds since 1970: the time of the image and of its files. The same one makes the same image again.
ARG SOURCE_DATE_EPOCH=0
RUN node --import tsx apps/image-tree.ts

FROM ${RUNTIME_IMAGE}
COPY --from=build /build/dist/image /
WORKDIR /application
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["api.js"]
