#!/bin/sh
# Installs LibreOffice Calc and Writer, PDF pictures and a Chinese font for the tests of workbooks and
# of old documents (.doc, .rtf, .odt), where absent.
set -eu

# The library of one part of LibreOffice: without it the program starts and loads nothing.
has_part() {
    command -v soffice >/dev/null 2>&1 && ls "/usr/lib/libreoffice/program/$1" /opt/libreoffice*/program/"$1" 2>/dev/null | grep -q .
}
has_pictures() { command -v pdftoppm >/dev/null 2>&1; }
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family)" ]; }

wanted=""
has_part libsclo.so || wanted="$wanted libreoffice-calc-nogui"
has_part libswlo.so || wanted="$wanted libreoffice-writer-nogui"
has_pictures || wanted="$wanted poppler-utils"
has_font || wanted="$wanted fonts-noto-cjk"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests of workbooks and old documents need$wanted: install them as root (apt-get install$wanted); until then they are skipped." >&2
    exit 0
fi
apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $wanted
