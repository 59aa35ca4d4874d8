# The bundle is made by `npm run build` before: the image holds Node and one file, and needs no shell.
# BASE is anything with Node 24 as `node`, such as node:24-slim or gcr.io/distroless/nodejs24-debian12.
ARG BASE=node:24-slim
FROM ${BASE}
ARG VERSION=unknown
LABEL org.opencontainers.image.title="splithorizon" \
      org.opencontainers.image.description="Keeps a Technitium zone right for the hosts a cluster exposes, and proves that clients resolve them internally" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# Where distroless images have Node, and where the others do.
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin
COPY LICENSE dist/THIRD-PARTY-NOTICES.txt dist/splithorizon.mjs /app/
USER 65532:65532
EXPOSE 8080
# Small heaps are enough for 10,000 hosts, and the young generation must not grow past what the limit leaves.
ENTRYPOINT ["node", "--max-semi-space-size=4", "--max-old-space-size=96", "/app/splithorizon.mjs"]
CMD ["controller"]
