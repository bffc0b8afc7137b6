FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci
COPY scripts/build scripts/build
COPY src src
RUN npm run build

FROM node:20-slim
# The worker's connection to Temporal uses TLS roots of the system; the slim image has none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
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
