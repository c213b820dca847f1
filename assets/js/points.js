/* Points: villages and what their infrastructure lacks. Owns their shapes, of which each says one state, so that a
   village with two gaps shows both; which kinds are shown comes from the address. One node a village, for thousands. */
(function (IOC) {
  "use strict";
  var draw = IOC.draw, say = IOC.words.say;

  /* Kinds by the name the address carries; the test reads a village's attributes as the source gives them. */
  var KINDS = [
    {id: "trang-song", has: function (a) { return a.mobile_state === "none"; }},
    {id: "lom-song", has: function (a) { return a.mobile_state === "weak"; }},
    {id: "co-song", has: function (a) { return a.mobile_state === "covered"; }},
    {id: "khong-cap", has: function (a) { return off(a.fibre); }},
    {id: "khong-dien", has: function (a) { return off(a.grid); }}
  ];
  var SIGNAL = ["trang-song", "lom-song", "co-song"], GAPS = ["trang-song", "lom-song", "khong-cap", "khong-dien"];
  function off(value) { return value === false || value === 0 || value === "0" || value === "false"; }

  /* Nested shapes, filled by the even-odd rule: a dot, half dot or ring for signal, a square round it for cable, a
     diamond round both for the grid; a cross where a village's signal is not known. */
  function ring(out, inner) { return disc(out) + disc(inner); }
  function disc(r) { return "M" + -r + " 0A" + r + " " + r + " 0 1 0 " + r + " 0 " + r + " " + r + " 0 1 0 " + -r + " 0Z"; }
  var SHAPES = {
    "trang-song": disc(3.7),
    "lom-song": ring(4, 2.6) + "M0-2.6A2.6 2.6 0 0 1 0 2.6Z",
    "co-song": ring(3.2, 2),
    "khong-cap": "M-6.2-6.2H6.2V6.2H-6.2ZM-4.6-4.6V4.6H4.6V-4.6Z",
    "khong-dien": "M0-10.8 10.8 0 0 10.8-10.8 0ZM0-8.5-8.5 0 0 8.5 8.5 0Z"
  };
  var UNKNOWN = "M-2.6-3.4 0-.8 2.6-3.4 3.4-2.6 .8 0 3.4 2.6 2.6 3.4 0 .8-2.6 3.4-3.4 2.6-.8 0-3.4-2.6Z";

  function shape(kinds) { return kinds.map(function (id) { return SHAPES[id]; }).join("") || UNKNOWN; }

  /* A symbol for the legend, 22 pixels wide. */
  function sample(id) {
    return draw("svg", {class: "gap-sample", viewBox: "-11 -11 22 22", "aria-hidden": "true"}, [draw("path", {class: "gap", "fill-rule": "evenodd", d: shape([id])})]);
  }

  function kindsOf(point) {
    return point._kinds || (point._kinds = KINDS.filter(function (kind) { return kind.has(point[5]); }).map(function (kind) { return kind.id; }));
  }

  /* Show the villages that have one of the `wanted` kinds; inside one commune (its code) all of them, those that are not
     wanted small. Returns how many have each kind, there or everywhere. Nodes are kept, only what differs is touched. */
  function show(map, points, wanted, commune) {
    var counts = {}, shown = 0, spots = [];
    KINDS.forEach(function (kind) { counts[kind.id] = 0; });
    if (map.gaps !== points) {
      map.gaps = points;
      map.nodes = [];
      map.layers.points.replaceChildren();
    }
    points.forEach(function (point, i) {
      var kinds = kindsOf(point), here = !commune || point[1] === commune;
      if (here) { kinds.forEach(function (id) { counts[id]++; }); }
      var want = kinds.filter(function (id) { return !wanted.length ? commune : wanted.indexOf(id) >= 0; });
      var d = !here || point[3] === null || (!commune && !want.length) ? "" : shape(want);
      if (d) { shown++; spots.push([point[3], point[4]]); }
      var node = map.nodes[i];
      if (!node && !d) { return; }
      if (!node) {
        node = map.nodes[i] = draw("path", {class: "gap", "fill-rule": "evenodd"});
        node.style.transform = "translate(" + point[3] + "px," + point[4] + "px) scale(calc(var(--u) * var(--rem) * var(--dot)))";
        node._index = i;
        map.layers.points.appendChild(node);
      }
      if (node._d !== d) {
        node._d = d;
        if (d) { node.setAttribute("d", d); }
        node.style.display = d ? "" : "none";
      }
      node.classList.toggle("is-faint", Boolean(d && commune && wanted.length && !want.length));
    });
    map.node.dataset.gaps = shown;
    map.spotted = spots;
    return counts;
  }

  /* The chosen village is ringed; -1 is none. */
  function choose(map, index) {
    (map.nodes || []).forEach(function (node) { if (node.classList.contains("is-chosen") && node._index !== index) { node.classList.remove("is-chosen"); } });
    var node = map.nodes && map.nodes[index];
    if (node) { node.classList.add("is-chosen"); map.layers.points.appendChild(node); }
  }

  /* The lines of a village's card. */
  function lines(point) {
    var a = point[5], found = kindsOf(point).map(function (id) { return say("gap." + id); });
    var people = a.households === undefined ? null : say("gap.households", {n: IOC.words.number(Number(a.households))});
    var standing = {measured: say("village.measured"), cluster: say("village.cluster")}[a.point_standing];
    return {name: point[2], gaps: found, rows: [people, standing].filter(Boolean)};
  }

  IOC.points = {show: show, choose: choose, lines: lines, sample: sample, kinds: KINDS.map(function (kind) { return kind.id; }), gaps: GAPS, signal: SIGNAL, kindsOf: kindsOf};
})(window.IOC);
