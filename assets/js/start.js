/* Start: the first script of the page. Owns the namespace, the boot document and the theme before first paint.
   Knows nothing of pages. */
(function () {
  "use strict";
  var root = document.documentElement;
  var boot = JSON.parse(document.getElementById("ioc-boot").textContent);

  var IOC = window.IOC = {boot: boot};

  /* A theme once chosen is a cookie, so the server already wrote it into the page; without one the system decides. */
  if (!root.dataset.theme) {
    root.dataset.theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day";
  }
  function scheme() { return root.dataset.theme === "day" ? "light" : "dark"; }
  root.dataset.mantineColorScheme = scheme();

  IOC.theme = {
    get: function () { return root.dataset.theme; },
    scheme: scheme,
    set: function (name) {
      root.dataset.theme = name;
      root.dataset.mantineColorScheme = scheme();
      document.cookie = "ioc_theme=" + name + "; Path=/; Max-Age=31536000; SameSite=Lax";
      IOC.emit("theme", name);
    }
  };

  /* A small bus: modules of this page speak of "page", "address", "edition", "theme", "hover" and "choice". */
  var ears = {}, shown = null, alive = false;
  IOC.on = function (name, ear) {
    (ears[name] = ears[name] || []).push(ear);
    if (name === "page" && shown) { ear(shown); }
  };
  IOC.emit = function (name, what) { (ears[name] || []).forEach(function (ear) { ear(what); }); };

  /* The first document shows the page as plain HTML. When Dash has built the same page, that takes its place. Every
     page that comes into sight, the first and each one Dash builds, is announced as "page". */
  new MutationObserver(function () {
    if (!alive && document.querySelector("#react-entry-point #page > *")) {
      alive = true;
      document.getElementById("first").remove();
      IOC.emit("alive");
    }
    var page = document.querySelector("#page > *");
    if (page !== shown) { shown = page; IOC.emit("page", page); }
  }).observe(root, {childList: true, subtree: true});

  /* Whether this page shows the map: the catalogue of KPIs keeps a place for it that is not seen. */
  IOC.hasMap = function () {
    var place = document.getElementById("map");
    return Boolean(place && place.offsetParent);
  };

  /* Dash is heavy and the map is not: its scripts lie asleep in a template until the map is painted, or a moment has
     passed, or there is no map to wait for. They are fetched meanwhile. */
  IOC.wake = function () {
    var asleep = document.getElementById("dash-scripts");
    if (!asleep || asleep.dataset.awake) { return; }
    asleep.dataset.awake = "yes";
    var sources = Array.from(asleep.content.querySelectorAll("script[src]")), left = sources.length;
    sources.forEach(function (one) {
      var script = document.createElement("script");
      script.async = false;
      script.onload = script.onerror = function () { if (!--left) { window.renderer = new window.DashRenderer(); } };
      script.src = one.getAttribute("src");
      document.body.appendChild(script);
    });
  };
  document.addEventListener("DOMContentLoaded", function () {
    if (IOC.hasMap() && boot.edition && boot.drawing) { window.setTimeout(IOC.wake, 1000); } else { IOC.wake(); }
  });

  /* Put a value into a Dash component, once Dash is there; of several for one component the last one counts. */
  var waiting = {};
  IOC.put = function (id, props) {
    if (alive) { window.dash_clientside.set_props(id, props); } else { waiting[id] = props; }
  };
  IOC.on("alive", function () {
    Object.keys(waiting).forEach(function (id) { window.dash_clientside.set_props(id, waiting[id]); });
  });
})();
