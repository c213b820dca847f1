/* Shell: the switches of the frame (theme, language, role), sheets on a phone, and "Làm mới ngay". Owns what happens on
   elements that carry data-act; knows nothing of numbers. */
(function (IOC) {
  "use strict";
  var say = IOC.words.say;

  function toast(text, bad) {
    var node = document.getElementById("toast");
    if (!node) { return; }
    node.textContent = text;
    node.classList.toggle("is-bad", Boolean(bad));
    node.classList.add("is-shown");
    window.clearTimeout(toast.timer);
    toast.timer = window.setTimeout(function () { node.classList.remove("is-shown"); }, 6000);
  }

  function said(result) { return result.said.message || result.said.error || say(result.ok ? "act.done" : "act.failed"); }

  function reloadAfter(url, body) {
    IOC.supply.post(url, body).then(function (result) {
      if (result.ok) { window.location.reload(); } else { toast(said(result), true); }
    }).catch(function () { toast(say("act.unreachable"), true); });
  }

  var acts = {
    theme: function (node) { IOC.theme.set(node.dataset.value); mark(); },
    lang: function (node) { reloadAfter("/api/lang", {lang: node.dataset.value}); },
    refresh: function (node) {
      node.disabled = true;
      IOC.supply.post("/api/refresh/" + node.dataset.value).then(function (result) {
        toast(said(result), !result.ok);
        IOC.watcher.hurry();
        IOC.put("pulse", {data: String(performance.now())});
      }).catch(function () { toast(say("act.unreachable"), true); }).then(function () {
        window.setTimeout(function () { node.disabled = false; }, 1500);
      });
    },
    sheet: function (node) {
      var sheet = document.getElementById(node.dataset.value), open = !sheet.classList.contains("is-open");
      shut();
      sheet.classList.toggle("is-open", open);
      node.setAttribute("aria-expanded", open ? "true" : "false");
      if (open) { sheet.tabIndex = -1; sheet.focus({preventScroll: true}); }
    },
    present: function () { window.location.assign(IOC.address.write(Object.assign({}, IOC.address.get(), {ban: ""}))); },
    close: function () { IOC.address.go(IOC.drill.top()); }
  };

  /* A sheet closes by Escape and by a touch beside it. */
  function shut() {
    document.querySelectorAll(".sheet.is-open").forEach(function (sheet) { sheet.classList.remove("is-open"); });
    document.querySelectorAll("[data-act=sheet]").forEach(function (button) { button.setAttribute("aria-expanded", "false"); });
  }
  document.addEventListener("pointerdown", function (event) {
    if (document.querySelector(".sheet.is-open") && !event.target.closest(".sheet, [data-act=sheet], [data-portal], .mantine-Select-dropdown")) { shut(); }
  });

  document.addEventListener("click", function (event) {
    var node = event.target.closest && event.target.closest("[data-act]");
    if (node && acts[node.dataset.act]) { acts[node.dataset.act](node); }
  });
  document.addEventListener("change", function (event) {
    if (event.target.id === "role") { reloadAfter("/api/role", {role: event.target.value}); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    if (document.querySelector(".sheet.is-open")) { shut(); return; }
    if (IOC.address.get().xa && IOC.address.get().path !== "/phan-tich" && !event.target.closest("input, select, textarea, .mantine-Select-root")) { IOC.address.go(IOC.drill.above()); }
  });

  /* Which switch is on, which page is open: written onto the elements after Dash has built them. */
  function mark() {
    document.querySelectorAll("[data-act=theme]").forEach(function (node) {
      node.setAttribute("aria-pressed", node.dataset.value === IOC.theme.get() ? "true" : "false");
    });
    document.querySelectorAll(".rail a, .tabs a, .more a").forEach(function (link) {
      current(link, new URL(link.href).pathname === IOC.address.get().path);
    });
    document.querySelectorAll("#more-tab").forEach(function (tab) { current(tab, document.querySelector(".more [aria-current]")); });
  }
  function current(node, is) { if (is) { node.setAttribute("aria-current", "page"); } else { node.removeAttribute("aria-current"); } }
  IOC.on("address", function (what) {
    if (what.now.path !== what.before.path) { shut(); }
    window.setTimeout(mark, 0);
  });
  IOC.on("theme", function () { IOC.put("mantine", {forceColorScheme: IOC.theme.scheme()}); IOC.put("theme", {data: IOC.theme.get()}); });
  IOC.on("page", mark);
  IOC.on("alive", function () {
    IOC.put("theme", {data: IOC.theme.get()});
    IOC.put("mantine", {forceColorScheme: IOC.theme.scheme()});
  });

  IOC.toast = toast;
})(window.IOC);
