# The bundle is made by `npm run build` before; the image holds Node and one file.
ARG BASE=node:24-slim
FROM ${BASE}
COPY dist/splithorizon.mjs /app/splithorizon.mjs
USER 65532:65532
EXPOSE 8080
# Small heaps are enough for 10,000 hosts, and the young generation must not grow past what the limit leaves.
ENTRYPOINT ["node", "--max-semi-space-size=8", "--max-old-space-size=96", "/app/splithorizon.mjs"]
CMD ["controller"]
