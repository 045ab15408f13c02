# The program and nothing else, run by a user of its own. Everything it keeps lies in /var/lib/lianzhu.
FROM docker.io/library/python:3.13.9-slim-trixie

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    LIANZHU_DATA_DIR=/var/lib/lianzhu LIANZHU_HOST=0.0.0.0 LIANZHU_LOG=json
RUN useradd --system --uid 10001 --home-dir /var/lib/lianzhu --create-home --shell /usr/sbin/nologin lianzhu
WORKDIR /srv/lianzhu
COPY . .
RUN python -m pip install -e .
USER lianzhu
VOLUME /var/lib/lianzhu
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["python", "run_bot.py"]
CMD ["serve"]
