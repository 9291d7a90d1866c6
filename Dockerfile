# store2erp with Dagster's webserver, daemon and code server. Runs as the account 10001, which owns nothing but its state.
FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home store2erp \
    && mkdir -p /state /project /data && chown store2erp:store2erp /state && chmod 700 /state
WORKDIR /store2erp
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY migration_pipeline migration_pipeline
COPY dbt_like_sql dbt_like_sql
RUN pip install --no-cache-dir --constraint constraints.txt .
USER store2erp
ENV HOME=/state TMPDIR=/var/tmp STORE2ERP_HOME=/state DAGSTER_HOME=/state/dagster STORE2ERP_PROJECT=/project STORE2ERP_DATA=/data PYTHONUNBUFFERED=1
ENTRYPOINT []
CMD ["store2erp", "--help"]
