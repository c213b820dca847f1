/* Wall loop: the one thing that asks. One conditional request in flight, an alarm on each, longer and jittered waits after
   every miss; a new programme and the small hours reload the page, each with a guard. Owns no picture. */
(function (IOC) {
  "use strict";
  var PATIENCE = 8000, LONGEST = 11000, ORBIT = 180, HOUR = 3600, MOST_RELOADS = 3, NIGHT = 3.5 * HOUR;
  var tag = null, busy = false, misses = 0, due = 0, wandered = performance.now(), reload = 0, begun = performance.now();
  var early = Math.random() * 1200;  /* each screen has its own minute of the night */

  function pace() { var doc = IOC.stage.document(); return (doc ? doc.fixed.poll : 10) * 1000; }

  /* Full jitter: after an outage a thousand screens come back spread out, not in step, and each within fifteen seconds. */
  function wait() {
    if (!misses) { return pace() * (0.85 + Math.random() * 0.3); }
    return 1000 + Math.random() * Math.min(LONGEST - 1000, 2000 * Math.pow(2, misses - 1));
  }

  function heartbeat() {
    var doc = IOC.stage.document(), heap = performance.memory ? Math.round(performance.memory.usedJSHeapSize / 1024) : 0;
    return [IOC.stage.shown() || "-", doc ? doc.fixed.edition : 0, Math.round((performance.now() - begun) / 1000), heap, window.WALL.state().state].join(";");
  }

  function poll() {
    if (busy) { return busy; }
    var stop = new AbortController(), fuse = window.setTimeout(function () { stop.abort(); }, PATIENCE), heads = {"X-IOC-Screen": heartbeat(), "Accept": "application/json"};
    if (tag) { heads["If-None-Match"] = tag; }
    busy = fetch(IOC.boot.feed, {cache: "no-store", credentials: "same-origin", redirect: "manual", signal: stop.signal, headers: heads}).then(function (answer) {
      var date = answer.headers.get("Date"), fresh = answer.headers.get("ETag");
      if (answer.status === 304) { good(date); return null; }
      if (answer.status === 401) { tag = null; misses++; IOC.stage.banish(); return null; }
      if (answer.type === "opaqueredirect" || !answer.ok || !/json/.test(answer.headers.get("Content-Type") || "")) {
        IOC.age.refused(String(answer.status));
        throw new Error("not a document: " + answer.status);
      }
      return answer.json().then(function (doc) {
        if (!doc.fixed || !doc.sources) { throw new Error("not a document"); }
        good(date);
        if (doc.fixed.build !== IOC.boot.build) { renew(doc.now); }
        tag = fresh;
        IOC.stage.take(doc);
      });
    }).catch(function () { misses++; }).then(function () {
      window.clearTimeout(fuse);
      busy = false;
      due = performance.now() + wait();
      IOC.stage.tick();
    });
    return busy;
  }

  function good(date) { misses = 0; IOC.age.hear(date); }

  /* Another programme answers: load its page once, within half a minute; never more than three times an hour. */
  function renew(now) {
    if (reload) { return; }
    var seen = JSON.parse(sessionStorage.getItem("wall.reloads") || "[]").filter(function (at) { return now - at < HOUR && at <= now; });
    if (seen.length >= MOST_RELOADS) { return; }
    seen.push(now);
    sessionStorage.setItem("wall.reloads", JSON.stringify(seen));
    reload = performance.now() + Math.random() * 30000;
  }

  /* Once a day, in the small hours, while the server answers: a fresh page has leaked nothing. */
  function nightly() {
    var at = IOC.age.local();
    if (!at || misses || performance.now() - begun < 6 * HOUR * 1000) { return; }
    var over = at.minutes * 60 - NIGHT - early;
    if (over >= 0 && over < 600) { reload = performance.now(); }
  }

  /* The only timer of the loop. */
  window.setInterval(function () {
    var now = performance.now();
    IOC.stage.tick();
    if (now >= due && !busy) { poll(); }
    if (now - wandered >= ORBIT * 1000) { wandered = now; IOC.stage.wander(); }
    if (!reload) { nightly(); }
    if (reload && now >= reload && !misses) { window.location.reload(); }
  }, 1000);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { poll(); } });
  document.addEventListener("resume", poll);
  window.addEventListener("online", poll);

  IOC.loop = {poll: poll, wait: wait};
  poll();
})(window.IOC);
