/* Address: the state of the page is its address, and only that. Owns reading and writing it and telling others,
   Dash included, so that every view is a link and the back button works. */
(function (IOC) {
  "use strict";
  /* kpi, ky (period), tinh (province, where there are several), xa (area code), cap ("xa" while the map is inside that commune), thon (village), mau (colouring:
     xep-loai or gia-tri), chia (breaks other than the fixed ones), an (legend entries left out), lop (layers, comma
     separated), xem (way of looking), voi (what is compared: "kpi@ky", comma separated), ban (an edition to be shown
     for good); the explorer's own are those of ioc/analysis/query.py. */
  var NAMES = ["kpi", "ky", "tinh", "xa", "cap", "thon", "mau", "chia", "an", "lop", "xem", "voi"].concat(
    ["loai", "tu", "den", "cach", "goc", "so", "gop", "loc", "bang", "sap", "ban"]), OF_AN_EDITION = ["/", "/ban-do", "/chi-so", "/so", "/cham-diem", "/xa", "/diem-chu-y", "/phan-tich", "/khoang-trong"];

  function read() {
    var asked = new URLSearchParams(window.location.search), found = {path: window.location.pathname};
    NAMES.forEach(function (name) { found[name] = asked.get(name) || ""; });
    return found;
  }

  var now = read();

  function write(state) {
    var parts = NAMES.filter(function (name) { return state[name]; }).map(function (name) {
      return name + "=" + encodeURIComponent(state[name]).replace(/%2C/g, ",").replace(/%40/g, "@").replace(/%3A/g, ":");
    });
    return state.path + (parts.length ? "?" + parts.join("&") : "");
  }

  var AFTER_MAP = 3;  /* frames until Dash is told, where its rendering would hold up the one that shows the map */

  /* Take over a changed address: first our own modules (the map repaints), some frames later Dash (panels, tiles). */
  function changed() {
    var before = now;
    now = read();
    IOC.emit("address", {now: now, before: before});
  }
  function tellDash(before) {
    var frames = before.path === now.path && document.querySelector(".map") ? AFTER_MAP : 1;
    function wait() {
      if (frames--) { window.requestAnimationFrame(wait); return; }
      window.setTimeout(function () { window.dispatchEvent(new CustomEvent("_dashprivate_pushstate")); }, 0);
    }
    wait();
  }

  function move(url, replace) {
    var before = now;
    window.history[replace ? "replaceState" : "pushState"]({}, "", url);
    changed();
    tellDash(before);
  }

  function go(changes, replace) {
    var next = Object.assign({}, now, changes), other = ["kpi", "mau", "chia"].some(function (name) { return name in changes; });
    if (other && !("an" in changes)) { next.an = ""; }  // entries of another legend
    var url = write(next);
    if (url !== write(now)) { move(url, replace); }
  }

  function goto(href, replace) {
    var url = new URL(href, window.location.href);
    if (url.pathname + url.search === window.location.pathname + window.location.search) { return; }
    move(url.pathname + url.search, replace);
  }

  window.addEventListener("popstate", changed);

  /* While an edition is held, links between the pages that show editions hold it too, also in a new tab. */
  function hold(event) {
    var link = now.ban && event.target.closest && event.target.closest("a.go");
    if (!link) { return; }
    var url = new URL(link.href);
    if (OF_AN_EDITION.indexOf(url.pathname.replace(/^\/xa\/.*/, "/xa")) < 0 || url.searchParams.get("ban")) { return; }
    link.href = url.pathname + url.search + (url.search ? "&" : "?") + "ban=" + now.ban;
  }
  ["pointerdown", "focusin"].forEach(function (name) { document.addEventListener(name, hold, true); });

  /* Every link of class "go" moves within the page; with a modifier key it is an ordinary link. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.go");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) { return; }
    event.preventDefault();
    hold(event);
    var samePath = new URL(link.href).pathname === window.location.pathname;
    goto(link.href);
    if (!samePath) { window.scrollTo(0, 0); }
  });

  IOC.address = {get: function () { return now; }, go: go, goto: goto, write: write};
})(window.IOC);
