# The image of syncer: a virtual environment with what requirements.lock names and nothing else, Git, and a user without
# rights. See docs/container.md. Built and run by .ci/container; what needs no engine is tested by
# tests/system/test_container.py and .ci/run.

# For amd64 and arm64; Dependabot brings newer ones.
FROM python:3.13.15-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285 AS base


FROM base AS builder

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /build

# pip stays outside of the environment that is shipped, and works on it with --python.
RUN python -m venv --without-pip /opt/syncer
COPY requirements.lock ./
RUN python -m pip --python /opt/syncer/bin/python install --require-hashes --only-binary :all: -r requirements.lock

# What builds the package is locked, too, so nothing is fetched that isn't known by its hash.
COPY requirements-build.lock ./
RUN python -m pip install --require-hashes --only-binary :all: -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY syncer ./syncer
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m pip --python /opt/syncer/bin/python install --no-deps /wheels/*.whl


FROM base

# /data holds a daemon's clones. Its group is 0, which is what a platform gives that chooses the user by itself.
# hadolint ignore=DL3008  # Debian keeps no older versions of a package: a pinned one could soon not be installed
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git openssh-client \
    && rm -rf /var/lib/apt/lists/* \
    && python -m pip uninstall --yes --quiet --root-user-action ignore pip \
    && groupadd --gid 10001 syncer \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /home/syncer --shell /usr/sbin/nologin syncer \
    && install --directory --mode 0755 /home/syncer /work \
    && install --directory --mode 0770 --owner 10001 --group 0 /data

COPY --from=builder /opt/syncer /opt/syncer

# The environment counts more than syncer.yaml: in this image, clones go to the volume, and the port is open.
ENV PATH=/opt/syncer/bin:$PATH \
    HOME=/home/syncer \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SYNCER_DAEMON__FOLDER=/data \
    SYNCER_DAEMON__LISTEN=0.0.0.0:8080

VOLUME ["/data"]
WORKDIR /work
USER 10001:10001
EXPOSE 8080

# -I: a module in the working directory, which holds somebody's documents, is never imported.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-I", "-c", "import http.client, os, sys; host, _, port = os.environ['SYNCER_DAEMON__LISTEN'].rpartition(':'); host = host.strip('[]'); port or sys.exit(0); server = http.client.HTTPConnection({'0.0.0.0': '127.0.0.1', '::': '::1'}.get(host, host), int(port), timeout=4); server.request('GET', '/healthz'); sys.exit(server.getresponse().status != 200)"]

ENTRYPOINT ["syncer"]
CMD ["daemon"]

# Last, because they differ with each build.
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="syncer" \
      org.opencontainers.image.description="Keeps the action items of your Markdown post-mortems and your issue tracker the same." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE"
