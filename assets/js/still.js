/* Still: puts the large parts of a page in their place. They come as one text of HTML that the server has escaped
   (layouts/parts/still.py), because the framework takes seconds over a thousand components. */
(function () {
  "use strict";
  var filled = new WeakMap();

  function fill(node) {
    var text = node.dataset.still;
    if (filled.get(node) !== text) { filled.set(node, text); node.innerHTML = text; }
  }

  function look(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) { return; }
    if (node.hasAttribute("data-still")) { fill(node); }
    node.querySelectorAll("[data-still]").forEach(fill);
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") { fill(change.target); } else { change.addedNodes.forEach(look); }
    });
  }).observe(document.documentElement, {childList: true, subtree: true, attributeFilter: ["data-still"]});
})();
