/* Points: villages with a gap in their infrastructure. Owns their shapes, of which each says one gap, so that a village
   with two gaps shows both; which kinds are shown comes from the address. */
(function (IOC) {
  "use strict";
  var draw = IOC.draw, say = IOC.words.say;

  /* Kinds by the name the address carries; the test reads a village's attributes as the source gives them. */
  var KINDS = [
    {id: "trang-song", has: function (a) { return a.mobile_state === "none"; }},
    {id: "lom-song", has: function (a) { return a.mobile_state === "weak"; }},
    {id: "khong-cap", has: function (a) { return off(a.fibre); }},
    {id: "khong-dien", has: function (a) { return off(a.grid); }}
  ];
  function off(value) { return value === false || value === 0 || value === "0" || value === "false"; }

  /* Nested shapes: a dot or half dot for signal, a square round it for cable, a diamond round both for the grid. */
  var SHAPES = {
    "trang-song": [["circle", {r: 3.4, class: "gap-full"}]],
    "lom-song": [["circle", {r: 3.4, class: "gap-line"}], ["path", {d: "M0-3.4A3.4 3.4 0 0 1 0 3.4Z", class: "gap-full"}]],
    "khong-cap": [["rect", {x: -5.4, y: -5.4, width: 10.8, height: 10.8, class: "gap-line"}]],
    "khong-dien": [["path", {d: "M0-9.6 9.6 0 0 9.6-9.6 0Z", class: "gap-line"}]]
  };

  function symbol(kinds) {
    var grown = kinds.indexOf("khong-dien") >= 0 ? "M0-9.6 9.6 0 0 9.6-9.6 0Z" :
      kinds.indexOf("khong-cap") >= 0 ? "M-5.4-5.4H5.4V5.4H-5.4Z" : "M-4.6 0A4.6 4.6 0 1 0 4.6 0 4.6 4.6 0 1 0-4.6 0Z";
    var parts = [draw("path", {d: grown, class: "gap-ground"})];
    KINDS.forEach(function (kind) {
      if (kinds.indexOf(kind.id) < 0) { return; }
      SHAPES[kind.id].forEach(function (one) { parts.push(draw(one[0], one[1])); });
    });
    return parts;
  }

  /* A symbol for the legend, 22 pixels wide. */
  function sample(id) { return draw("svg", {class: "gap-sample", viewBox: "-11 -11 22 22", "aria-hidden": "true"}, symbol([id])); }

  function kindsOf(point) {
    return KINDS.filter(function (kind) { return kind.has(point[5]); }).map(function (kind) { return kind.id; });
  }

  /* Show the villages that have one of the `wanted` gaps; returns how many have each kind. */
  function show(map, points, wanted) {
    var counts = {}, nodes = [];
    KINDS.forEach(function (kind) { counts[kind.id] = 0; });
    map.gaps = points;
    points.forEach(function (point, i) {
      var kinds = kindsOf(point);
      kinds.forEach(function (id) { counts[id]++; });
      var shown = kinds.filter(function (id) { return wanted.indexOf(id) >= 0; });
      if (!shown.length || point[3] === null) { return; }
      var node = draw("g", {class: "gap"}, symbol(shown));
      node.style.transform = "translate(" + point[3] + "px," + point[4] + "px) scale(calc(var(--u) * var(--rem) * .85))";
      node._index = i;
      node._at = [point[3], point[4]];
      nodes.push(node);
    });
    map.layers.points.replaceChildren.apply(map.layers.points, nodes);
    map.node.dataset.gaps = nodes.length;
    map.spotted = nodes.map(function (node) { return node._at; });
    return counts;
  }

  /* The lines of a village's card. */
  function lines(point) {
    var a = point[5], found = kindsOf(point).map(function (id) { return say("gap." + id); });
    var people = a.households === undefined ? null : say("gap.households", {n: IOC.words.number(Number(a.households))});
    return {name: point[2], gaps: found, rows: [people].filter(Boolean)};
  }

  IOC.points = {show: show, lines: lines, sample: sample, kinds: KINDS.map(function (kind) { return kind.id; })};
})(window.IOC);
