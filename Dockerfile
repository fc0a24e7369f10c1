# milscope on Debian slim, for the processor. From a checkout:
#   docker build --tag milscope .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/data" milscope doctor
# milscope.def is made from this file: npx tsx packaging/apptainer.ts

FROM node:24-bookworm-slim AS build
WORKDIR /opt/milscope
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY packaging packaging
COPY src src
RUN npm run build && chmod +x dist/cli/milscope.js
# Only what runs: no tools of development, and of ONNX Runtime only the binaries of Linux.
RUN npm prune --omit=dev && rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="milscope"
LABEL org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /opt/milscope
COPY --from=build /opt/milscope/node_modules node_modules
COPY --from=build /opt/milscope/package.json package.json
COPY --from=build /opt/milscope/dist dist
COPY LICENSE ./
RUN ln -s /opt/milscope/dist/cli/milscope.js /usr/local/bin/milscope
WORKDIR /data
USER node
ENTRYPOINT ["milscope"]
CMD ["--help"]
