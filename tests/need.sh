#!/bin/sh
# What tests need beside Python: Node and Chromium, PDF tools and fonts. Those on the path, else Debian's packages.
# `sh tests/need.sh soak`: a real S3 (Ceph's gateway) and PostgreSQL's own tools as well.
set -eu
missing=""
command -v node >/dev/null && command -v npm >/dev/null || missing="$missing nodejs npm"
command -v chromium >/dev/null || missing="$missing chromium"
command -v msgfmt >/dev/null || missing="$missing gettext"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
ldconfig -p | grep -q libpangoft2-1.0 || missing="$missing libpango-1.0-0 libpangoft2-1.0-0"
ldconfig -p | grep -q libharfbuzz-subset || missing="$missing libharfbuzz-subset0"
ls /usr/share/fonts/truetype/noto/NotoSansKhmer-Regular.ttf >/dev/null 2>&1 || missing="$missing fonts-noto-core"
if [ "${1:-}" = soak ]; then
    command -v pg_dump >/dev/null || missing="$missing postgresql-client"
    for tool in radosgw ceph-mon ceph-osd ceph radosgw-admin; do
        command -v "$tool" >/dev/null || { missing="$missing radosgw ceph-mon ceph-osd ceph-common"; break; }
    done
    command -v curl >/dev/null || missing="$missing curl"
    command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing="$missing firefox-esr"
fi
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Tests need packages that are not installed. As root, run: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "Installing:$missing"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
