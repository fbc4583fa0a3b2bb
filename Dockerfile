# One image for web and for workers, with every engine plugin; not for the LiveKit server, which has
# an image of its own. The lists are those of the set-up: deploy/apt-packages.txt, uv.lock,
# package-lock.json.

FROM node:20-bookworm-slim AS client
WORKDIR /app/web/client
COPY web/client/package.json web/client/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/client/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS python
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /app
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project
COPY interpreter/ interpreter/
COPY languages/ languages/
COPY glossaries/ glossaries/
COPY web/ web/
RUN uv sync --frozen --no-dev \
    && find web -name '*.po' -exec sh -c '.venv/bin/pybabel compile -i "$1" -o "${1%.po}.mo"' _ {} \;

FROM python:3.11-slim-bookworm
COPY deploy/apt-packages.txt /tmp/
RUN apt-get update \
    && awk '!/^#/ && $2 == "run" { print $1 }' /tmp/apt-packages.txt \
    | xargs env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/apt-packages.txt \
    && useradd --system --uid 10001 --home-dir /state --create-home interpreter
COPY --from=python /app /app
COPY --from=client /app/web/static/dist /app/web/static/dist
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH INTERPRETER_STATE_DIR=/state PYTHONUNBUFFERED=1
USER 10001
VOLUME /state
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["uvicorn", "web.app:create_app", "--factory", "--host", "0.0.0.0", "--port", "8080", "--timeout-graceful-shutdown", "10"]
