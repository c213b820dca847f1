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

  /* A small bus: modules of this page speak of "address", "edition", "theme", "hover" and "choice". */
  var ears = {};
  IOC.on = function (name, ear) { (ears[name] = ears[name] || []).push(ear); };
  IOC.emit = function (name, what) { (ears[name] || []).forEach(function (ear) { ear(what); }); };

  /* Elements: make("div", {class: "x", text: "…"}, [children]); text is always text, never markup. */
  IOC.make = function (name, attributes, children) {
    var node = document.createElement(name);
    fill(node, attributes, children);
    return node;
  };
  IOC.draw = function (name, attributes, children) {
    var node = document.createElementNS("http://www.w3.org/2000/svg", name);
    fill(node, attributes, children);
    return node;
  };
  function fill(node, attributes, children) {
    for (var key in attributes || {}) {
      var value = attributes[key];
      if (value === null || value === undefined || value === false) { continue; }
      if (key === "text") { node.textContent = value; } else { node.setAttribute(key, value === true ? "" : value); }
    }
    (children || []).forEach(function (child) { if (child) { node.appendChild(child); } });
  }

  /* Put a value into a Dash component, once Dash is there. */
  IOC.put = function (id, props) {
    if (window.dash_clientside && window.dash_clientside.set_props && document.getElementById("page")) {
      window.dash_clientside.set_props(id, props);
    } else {
      window.setTimeout(function () { IOC.put(id, props); }, 50);
    }
  };
})();
