/* Attention: the small map of clusters. Owns putting the published drawing into its place and marking the communes that
   the server named, each by a colour and a shape. */
(function (IOC) {
  "use strict";
  var GROUPS = {bad: "bad", worse: "bad", good: "good", better: "good", high: "watch", low: "none", higher: "watch", lower: "none"};
  var ALONE = ["worse", "better", "higher", "lower"], drawing = null;

  function sheet() {
    if (!drawing) {
      drawing = fetch(IOC.boot.drawing.urls.screen, {credentials: "same-origin"}).then(function (answer) {
        if (!answer.ok) { drawing = null; throw new Error("answer " + answer.status); }
        return answer.text();
      });
    }
    return drawing;
  }

  function fill(host) {
    if (!host || host.dataset.drawn || !IOC.boot.drawing) { return; }
    host.dataset.drawn = "yes";
    sheet().then(function (text) {
      var svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
      svg.setAttribute("aria-hidden", "true");
      host.replaceChildren(svg);
      Object.keys(GROUPS).forEach(function (group) {
        (host.dataset[group] || "").split(" ").filter(Boolean).forEach(function (code) { mark(svg, code, group); });
      });
    }).catch(function () { delete host.dataset.drawn; });
  }

  function mark(svg, code, group) {
    var path = svg.getElementById("a" + code);
    if (!path) { return; }
    path.classList.add("is-" + GROUPS[group]);
    if (ALONE.indexOf(group) >= 0) { path.classList.add("is-alone"); }
    var x = Number(path.dataset.x), y = Number(path.dataset.y), size = svg.viewBox.baseVal.width / 90, kind = GROUPS[group];
    var shape = kind === "good" ? "M" + x + " " + (y - size) + "l" + size + " " + 2 * size + "h" + -2 * size + "z" :
      kind === "bad" ? "M" + x + " " + (y + size) + "l" + size + " " + -2 * size + "h" + -2 * size + "z" :
      kind === "watch" ? "M" + (x - size) + " " + y + "a" + size + " " + size + " 0 1 0 " + 2 * size + " 0a" + size + " " + size + " 0 1 0 " + -2 * size + " 0z" :
      "M" + (x - size) + " " + (y - size / 4) + "h" + 2 * size + "v" + size / 2 + "h" + -2 * size + "z";
    svg.appendChild(IOC.draw("path", {d: shape, class: "attention-mark"}));
  }

  function look() { document.querySelectorAll("#attention-map").forEach(fill); }
  IOC.on("page", function (page) {
    if (!page || page.id !== "attention") { return; }
    new MutationObserver(look).observe(page, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-bad", "data-good", "data-high", "data-low"]});
    look();
  });
})(window.IOC);
