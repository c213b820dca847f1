#!/usr/bin/env bash
# Starts the browser of a wall screen with a profile that is thrown away each time. Whatever a power cut left behind,
# such as a lock, a half-written preference or a "restore pages?" bubble, is gone with it. The screen's token is not in
# the profile: the watchdog keeps it and puts it back.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
conf=${IOC_KIOSK_CONF:-/etc/ioc-kiosk.conf}
if [ -z "${IOC_KIOSK_URL:-}" ] && [ -r "$conf" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$conf"
    set +a
fi
url=${IOC_KIOSK_URL:?IOC_KIOSK_URL is not set: the address of the wall, for example https://ioc.tinh.example/tuong}
run=${IOC_KIOSK_RUN:-/run/ioc-kiosk}
profile=$run/profile
read -r -a extra <<<"${IOC_KIOSK_FLAGS:-}"

mkdir -p "$run"
rm -rf "$profile"
mkdir -m 700 "$profile"
echo "$$" >"$run/pid"

# exec: the browser takes over this process, so that the number above is its own.
exec "${IOC_KIOSK_BROWSER:-/usr/bin/chromium}" \
    --user-data-dir="$profile" \
    --remote-debugging-port="${IOC_KIOSK_PORT:-9222}" \
    --kiosk --start-fullscreen --no-first-run --no-default-browser-check --noerrdialogs \
    --disable-session-crashed-bubble --hide-crash-restore-bubble --disable-infobars \
    --disable-component-update --disable-background-networking --disable-sync --disable-breakpad \
    --disable-domain-reliability --no-pings --check-for-update-interval=31536000 \
    --disable-background-timer-throttling --disable-renderer-backgrounding --disable-backgrounding-occluded-windows \
    --disable-features=Translate,MediaRouter,OptimizationHints,LocalNetworkAccessChecks \
    --overscroll-history-navigation=0 --disable-pinch --password-store=basic --enable-precise-memory-info \
    "${extra[@]}" \
    "file://$here/start.html#$url"
