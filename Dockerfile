# docker build -t moim .
# docker run -d --name moim --restart on-failure --env-file .env -v moim:/data moim
# `docker run --rm --env-file .env -v moim:/data moim check` looks it over.

FROM python:3.11-slim AS build
COPY requirements/run.lock /src/requirements/
RUN python -m venv /opt/moim \
 && /opt/moim/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /src/requirements/run.lock
COPY . /src
# The installers are of no use to a running bot.
RUN /opt/moim/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation /src \
 && /opt/moim/bin/pip uninstall --yes setuptools pip

FROM python:3.11-slim
COPY --from=build /opt/moim /opt/moim
RUN useradd --system --uid 10001 --home-dir /data --create-home moim
USER moim
WORKDIR /data
VOLUME /data
ENV PATH=/opt/moim/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8
# It tells only; what restarts an unhealthy container is your orchestrator.
HEALTHCHECK --interval=3m --timeout=30s --start-period=1m CMD ["moim", "status", "--alive"]
ENTRYPOINT ["moim"]
CMD ["run"]
