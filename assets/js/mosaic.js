/* Mosaic: every commune as one square of the same size, near its place, so that small ones are read like large ones.
   Owns the squares and their keys; speaks with the rest through "hover" and "choice" like the map. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, node = null, squares = [];

  function build(atlas) {
    var plan = atlas.areas.mosaic;
    node = make("div", {class: "mosaic", role: "group", "aria-label": say("views.mosaic_aria")});
    node.style.setProperty("--columns", plan.w);
    node.style.setProperty("--rows", plan.h);
    squares = plan.at.map(function (at, i) {
      var button = make("button", {type: "button", class: "mosaic-one", "data-i": i, tabindex: -1});
      button.style.gridColumn = at[0] + 1;
      button.style.gridRow = at[1] + 1;
      button._index = i;
      node.appendChild(button);
      return button;
    });
    node.addEventListener("pointerover", function (event) { tell(event, "map"); });
    node.addEventListener("pointerleave", function () { IOC.emit("hover", {index: -1, from: "map", point: -1, map: node}); });
    node.addEventListener("focusin", function (event) { if (event.target.matches(":focus-visible")) { tell(event, "keys"); } });
    node.addEventListener("click", function (event) {
      var one = event.target.closest(".mosaic-one");
      if (one) { stop(one._index); IOC.emit("choice", {index: one._index, from: "map", map: node, flat: true}); }
    });
    node.addEventListener("keydown", function (event) {
      var turn = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key], one = event.target.closest(".mosaic-one");
      if (!turn || !one) { return; }
      var next = IOC.map.neighbour({spots: plan.at.map(function (at) { return {x: at[0], y: at[1]}; })}, one._index, turn);
      if (next >= 0) { stop(next); squares[next].focus(); }
      event.preventDefault();
    });
  }
  function tell(event, from) {
    var one = event.target.closest(".mosaic-one");
    IOC.emit("hover", {index: one ? one._index : -1, from: from, point: -1, map: node, box: one});
  }
  function stop(index) { squares.forEach(function (one, i) { one.tabIndex = i === index ? 0 : -1; }); }

  function show(atlas, on) {
    var shown = atlas.shown;
    if (!on || !shown.areas.mosaic) { if (node) { node.remove(); } return; }
    if (!node) { build(atlas); }
    if (node.parentNode !== atlas.map.body) { atlas.map.body.insertBefore(node, atlas.map.body.firstChild); }
    squares.forEach(function (one, i) {
      var state = shown.painted.states[i], name = shown.painted.classes[i];
      one.className = "mosaic-one " + name + (shown.hidden.indexOf(name) >= 0 ? " is-dim" : "") + (i === shown.chosen ? " is-chosen" : "");
      one.setAttribute("aria-label", atlas.spoken(i));
      one.setAttribute("aria-pressed", i === shown.chosen ? "true" : "false");
      var figure = atlas.figure(i);
      one.replaceChildren(make("span", {class: "mosaic-name", text: shown.shorts[i]}),
        make("span", {class: "mosaic-value figures"}, [state.grade && shown.painted.byGrade ? IOC.legend.shape(state.grade) : null, make("span", {text: figure || "–"})]));
    });
    if (!squares.some(function (one) { return one.tabIndex === 0; })) { stop(shown.chosen >= 0 ? shown.chosen : 0); }
  }

  function again() { if (node && node.isConnected) { show(IOC.atlas, true); } }
  IOC.on("filtered", again);
  IOC.on("chosen", again);
  IOC.on("hover", function (over) {
    if (!node || !node.isConnected) { return; }
    squares.forEach(function (one, i) { one.classList.toggle("is-hovered", i === over.index); });
  });

  IOC.mosaic = {show: show};
})(window.IOC);
