/* Elements: how every script of ours makes HTML and SVG. Owns nothing but that; text is always text, never markup. */
(function (IOC) {
  "use strict";

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
})(window.IOC);
