FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci
COPY scripts/build scripts/build
COPY src src
RUN npm run build

FROM node:20-slim
# The worker's connection to Temporal uses TLS roots of the system; the slim image has none. Tenants of projects of SQL are made of
# what pg_dump writes of their base: it must not be older than the servers, so that it comes from PostgreSQL's own repository.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates postgresql-common \
  && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
  && apt-get install -y --no-install-recommends postgresql-client-18 \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY bin bin
COPY --from=build /app/dist dist
COPY examples examples

ENV NODE_ENV=production
USER node
ENTRYPOINT ["node", "bin/schema-saga.js"]
CMD ["worker"]
