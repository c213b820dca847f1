/* Watcher: learns of new editions by asking one small route. Owns the clock of the page (the server's), every age shown,
   the chip that says whether what is seen is live, and the reload when the programme itself was replaced. */
(function (IOC) {
  "use strict";
  var boot = IOC.boot, say = IOC.words.say;
  var CALM = boot.poll || 10000, HURRY = 2000, PATIENCE = 8000, LONGEST = 60000;
  var tag = null, timer = 0, misses = 0, busy = false, hurry = false, asleep = 0;
  var last = {edition: boot.edition, published_at: boot.published_at, scheduler: boot.scheduler, sources: boot.sources || {}, build: boot.build};
  var clock = {server: Date.parse(boot.now), mark: performance.now()}, heard = performance.now();

  /* The server's time now: its last word plus what has passed since, whatever this machine's clock says. */
  function now() { return clock.server + performance.now() - clock.mark; }

  function poll() {
    if (busy) { return; }
    busy = true;
    window.clearTimeout(timer);
    var stop = new AbortController(), fuse = window.setTimeout(function () { stop.abort(); }, PATIENCE);
    fetch("/api/edition", {cache: "no-store", credentials: "same-origin", signal: stop.signal, headers: tag ? {"If-None-Match": tag} : {}}).then(function (answer) {
      var said = Date.parse(answer.headers.get("Date"));
      if (answer.status === 304) { well(said); return null; }
      if (answer.status === 401 || answer.redirected) { throw new Error("session"); }
      if (!answer.ok || !/json/.test(answer.headers.get("Content-Type") || "")) { throw new Error("answer " + answer.status); }
      var fresh = answer.headers.get("ETag");
      return answer.json().then(function (body) { tag = fresh; well(said); take(body); });
    }).catch(function () { misses++; }).then(function () {
      window.clearTimeout(fuse);
      busy = false;
      show();
      next();
    });
  }

  function well(said) {
    misses = 0;
    heard = performance.now();
    if (said) { clock = {server: said, mark: performance.now()}; }
  }

  /* Waits with jitter, so that a hundred screens do not ask in step; longer after every miss, up to a minute. */
  function next() {
    var wait = misses ? Math.min(LONGEST, 1500 * Math.pow(2, misses - 1)) : hurry ? HURRY : CALM;
    if (document.hidden && !misses) { wait = Math.max(wait, 3 * CALM); }
    timer = window.setTimeout(poll, wait * (0.85 + Math.random() * 0.3));
  }

  function take(body) {
    var before = last;
    last = body;
    if (body.build && before.build && body.build !== before.build && renew(body.build)) { return; }
    if (body.edition && body.edition !== before.edition) {
      IOC.emit("edition", body.edition);
      if (!IOC.address.get().ban) { IOC.put("edition", {data: body.edition}); }
      if (!before.edition) { IOC.put("started", {data: true}); }
    }
    IOC.emit("told", body);
    var stirred = before.alerts !== undefined && body.alerts !== before.alerts;
    if (stirred || JSON.stringify(body.sources) !== JSON.stringify(before.sources) || body.edition !== before.edition || body.scheduler !== before.scheduler) {
      IOC.put("pulse", {data: tag || String(now())});
    }
    hurry = Object.keys(body.sources || {}).some(function (id) { return /running|extracting|staged|checked|requested/.test(body.sources[id]); });
  }

  /* A new programme: load its page once; the guard keeps a confused pair of servers from reloading us for ever. */
  function renew(build) {
    var seen = JSON.parse(sessionStorage.getItem("ioc.builds") || "[]").filter(function (one) { return Date.now() - one[1] < 3600e3; });
    if (seen.length >= 3) { return false; }
    seen.push([build, Date.now()]);
    sessionStorage.setItem("ioc.builds", JSON.stringify(seen));
    window.location.reload();
    return true;
  }

  function state() {
    if (misses >= 2 || performance.now() - heard > CALM * 3 + PATIENCE) { return "lost"; }
    if (last.scheduler === "silent") { return "silent"; }
    if (last.scheduler === "never") { return "never"; }
    return "ok";
  }

  function show() {
    var stamp = document.getElementById("stamp"), chip = document.getElementById("chip"), is = state();
    var held = IOC.address.get().ban;
    if (held && is === "ok") { is = "closed"; }
    if (stamp) {
      if (held) {
        write(stamp, "stamp-long", say("stamp_closed", {n: IOC.words.number(Number(held))}));
        write(stamp, "stamp-short", say("stamp_closed", {n: IOC.words.number(Number(held))}));
      } else if (last.edition) {
        var seconds = Math.max(0, (now() - Date.parse(last.published_at)) / 1000);
        write(stamp, "stamp-long", say("stamp", {n: IOC.words.number(last.edition), at: IOC.words.instant(last.published_at), age: IOC.words.age(seconds)}));
        write(stamp, "stamp-short", say("stamp_short", {n: IOC.words.number(last.edition), age: IOC.words.age(seconds)}));
      } else {
        write(stamp, "stamp-long", say("stamp_none"));
        write(stamp, "stamp-short", say("stamp_none"));
      }
    }
    if (chip) {
      chip.dataset.state = is;
      chip.title = say("chip." + is + "_long");
      write(chip, "chip-word", is === "lost" ? say("chip.lost", {age: IOC.words.age((performance.now() - heard) / 1000)}) : say("chip." + is));
    }
    document.documentElement.dataset.connection = is;
    document.querySelectorAll("time.age").forEach(function (node) {
      var text = IOC.words.age(Math.max(0, (now() - Date.parse(node.dateTime)) / 1000));
      if (node.textContent !== text) { node.textContent = text; }
    });
  }
  function write(host, name, text) {
    var node = host.querySelector("." + name);
    if (node && node.textContent !== text) { node.textContent = text; }
  }

  document.addEventListener("visibilitychange", function () { if (!document.hidden) { poll(); } });
  window.addEventListener("online", poll);
  window.addEventListener("offline", function () { misses = Math.max(misses, 2); show(); });
  /* A page that was frozen (sleep, back-forward cache) asks at once instead of trusting its old clock. */
  window.setInterval(function () {
    var gap = Date.now() - asleep;
    if (asleep && gap > 30000) { poll(); }
    asleep = Date.now();
    show();
  }, 5000);

  IOC.watcher = {poll: poll, hurry: function () { hurry = true; poll(); }, now: now, state: state, show: show};
  IOC.on("page", show);
  timer = window.setTimeout(poll, Math.min(CALM, boot.edition ? 3000 : 500));
})(window.IOC);
