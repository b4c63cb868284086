# One image for web, worker and timer. Build: docker build -t common-ground .
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
RUN useradd --create-home --uid 10001 site && mkdir -p /srv/site /srv/files && chown site /srv/site /srv/files
WORKDIR /srv/site
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY --chown=site . .
# Static files get their hashed names in production mode; the example's values are used by nothing that runs later.
RUN set -a && . docs/production.env.example && python manage.py collectstatic --noinput --verbosity 0 && chown -R site var
USER site
EXPOSE 8000
# Asked under the site's own name: any other host is refused.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request as r; \
  r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip(' .')}), timeout=4)"]
CMD ["gunicorn", "config.wsgi", "--preload", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200"]
