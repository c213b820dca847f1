#!/usr/bin/env bash
# Installs the wall screen on a Debian or Ubuntu computer, without the internet. Run as root in this folder:
#   ./install.sh https://ioc.tinh.example/tuong [ca.pem]
# Packages come from the folder "debs" beside this file when it is there (see docs/wall.md), else they must be installed.
set -euo pipefail

url=${1:-}
ca=${2:-}
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=${IOC_KIOSK_ROOT:-}
case $url in
    http://* | https://*) ;;
    *) echo "Cách dùng: $0 https://ioc.tinh.example/tuong [ca.pem]" >&2; exit 2 ;;
esac
if [ -n "$ca" ] && ! grep -q "BEGIN CERTIFICATE" "$ca"; then
    echo "$ca không phải chứng chỉ dạng PEM." >&2
    exit 2
fi

if [ -z "$root" ]; then
    if [ -d "$here/debs" ]; then
        dpkg --install --skip-same-version "$here"/debs/*.deb
    fi
    for need in /usr/bin/chromium /usr/bin/cage /usr/bin/python3; do
        if [ ! -x "$need" ]; then
            echo "Thiếu $need: chép các gói vào thư mục debs theo docs/wall.md rồi chạy lại." >&2
            exit 1
        fi
    done
    id ioc-kiosk >/dev/null 2>&1 || useradd --system --create-home --groups video,input,render --shell /usr/sbin/nologin ioc-kiosk
fi

install -d "$root/usr/local/lib/ioc-kiosk" "$root/etc/systemd/system"
install -m 755 "$here/start.sh" "$here/watchdog.py" "$root/usr/local/lib/ioc-kiosk/"
install -m 644 "$here/start.html" "$root/usr/local/lib/ioc-kiosk/"
install -m 644 "$here/ioc-kiosk.service" "$here/ioc-kiosk-watchdog.service" "$root/etc/systemd/system/"
if [ ! -e "$root/etc/ioc-kiosk.conf" ]; then
    install -m 644 "$here/kiosk.conf" "$root/etc/ioc-kiosk.conf"
fi
sed -i "s|^IOC_KIOSK_URL=.*|IOC_KIOSK_URL=$url|" "$root/etc/ioc-kiosk.conf"

# The authority that signed the server's certificate, for this browser only. Never --ignore-certificate-errors.
if [ -n "$ca" ]; then
    install -d "$root/etc/chromium/policies/managed"
    der=$(sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$ca" | sed '/END CERTIFICATE/q' | grep -v CERTIFICATE | tr -d '\r\n')
    printf '{"CACertificates": ["%s"]}\n' "$der" >"$root/etc/chromium/policies/managed/ioc-ca.json"
fi

if [ -z "$root" ]; then
    systemctl daemon-reload
    systemctl enable --now ioc-kiosk.service ioc-kiosk-watchdog.service
    echo "Đã cài. Màn hình hiện mã ghi danh; nhập mã đó ở trang Màn hình."
fi
