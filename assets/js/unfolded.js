/* Unfolded: what a reader has opened stays open when the page renews itself. Owns the open state of every <details>, told
   apart by the nearest named place, heading and summary; knows nothing of what is in them. */
(function (IOC) {
  "use strict";
  var open = new Set(), here = null, path = null;

  function key(node) {
    var place = node.closest("[id]"), block = node.closest("article, section"), summary = node.querySelector("summary");
    var heading = block && block.querySelector("h2, h3, h4");
    return [place ? place.id : "", heading ? heading.textContent : "", summary ? summary.textContent : ""].join("\n");
  }

  /* "toggle" does not bubble but is captured; a node that left the page says nothing any more. */
  document.addEventListener("toggle", function (event) {
    var node = event.target;
    if (!(node instanceof HTMLDetailsElement) || !node.isConnected) { return; }
    if (node.open) { open.add(key(node)); } else { open.delete(key(node)); }
  }, true);

  function unfold() {
    here.querySelectorAll("details:not([open])").forEach(function (node) {
      if (open.has(key(node))) { node.open = true; }
    });
  }

  var watching = new MutationObserver(function (changes) {
    if (open.size && changes.some(function (change) { return change.addedNodes.length; })) { unfold(); }
  });

  IOC.on("page", function (page) {
    watching.disconnect();
    if (window.location.pathname !== path) { open.clear(); path = window.location.pathname; }
    here = page;
    if (page) { unfold(); watching.observe(page, {childList: true, subtree: true}); }
  });
})(window.IOC);
