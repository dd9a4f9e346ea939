#!/bin/sh
# Installs LibreOffice Calc, its PDF pictures and a Chinese font for the tests of workbooks, where absent.
set -eu

has_calc() {
    command -v soffice >/dev/null 2>&1 && ls /usr/lib/libreoffice/program/libsclo.so /opt/libreoffice*/program/libsclo.so 2>/dev/null | grep -q .
}
has_pictures() { command -v pdftoppm >/dev/null 2>&1; }
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family)" ]; }

wanted=""
has_calc || wanted="$wanted libreoffice-calc-nogui"
has_pictures || wanted="$wanted poppler-utils"
has_font || wanted="$wanted fonts-noto-cjk"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests of workbooks need$wanted: install them as root (apt-get install$wanted); until then they are skipped." >&2
    exit 0
fi
apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $wanted
