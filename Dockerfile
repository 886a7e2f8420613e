# mebench in a container; docs/docker.md has the commands.
#   docker build --tag mebench .                                  everything, on the CPU
#   docker build --build-arg GPU=1 --tag mebench:gpu .            everything, with CUDA for TensorFlow
#   docker build --target scorer --tag NAME/mebench:VERSION .     the core, in which Codabench can score

ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS wheels
# Also for the packages that build the wheels: pip has read the second variable since 25.3.
ENV PIP_CONSTRAINT=/source/constraints.txt PIP_BUILD_CONSTRAINT=/source/constraints.txt
WORKDIR /source
COPY LICENSE README.md constraints.txt pyproject.toml ./
COPY conformance conformance
COPY leaderboards leaderboards
COPY protocols protocols
COPY schemas schemas
COPY mebench mebench
COPY datasets datasets
COPY baselines baselines
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels \
    . ./datasets/synthetic ./baselines/vision ./baselines/mean ./baselines/classics

# As root and without an entry point: Codabench starts its own command, and mounts folders of root.
FROM python:${PYTHON}-slim AS scorer
LABEL org.opencontainers.image.title="mebench" \
      org.opencontainers.image.description="Scores facial micro-expression spotting and recognition" \
      org.opencontainers.image.licenses="MIT"
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    --mount=type=bind,source=constraints.txt,target=/constraints.txt \
    pip install --constraint /constraints.txt /wheels/mebench-[0-9]*.whl

FROM scorer
ARG GPU=
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    --mount=type=bind,source=constraints.txt,target=/constraints.txt \
    set -- /wheels/mebench-[0-9]*.whl \
    && pip install --constraint /constraints.txt "$1[all,opencv]" /wheels/mebench_*.whl \
       ${GPU:+"tensorflow[and-cuda]"}
# Any user may write into the caches (docker run --user): faces, features, networks, compiled flow.
RUN useradd --uid 1000 --no-create-home --home-dir /cache mebench \
    && mkdir --mode 1777 /cache /work
ENV HOME=/cache MEBENCH_CACHE=/cache/mebench
VOLUME /cache
WORKDIR /work
USER 1000
ENTRYPOINT ["mebench"]
CMD ["--help"]
