/* Points: villages and what their infrastructure lacks. Owns their shapes, of which each says one state, so that a
   village with two gaps shows both; which kinds are shown comes from the address. */
(function (IOC) {
  "use strict";
  var draw = IOC.draw, say = IOC.words.say;

  /* Kinds by the name the address carries: gaps as the site defines them (the server says which village has which, its
     seventh entry), else as the attributes of the source say; and what a village has. */
  var GAPS = ((IOC.boot || {}).gaps || []).map(function (gap) {
    return {id: gap.id.replace(/_/g, "-"), name: gap.name, mark: gap.mark, has: function (a, found) { return (found || []).indexOf(gap.id) >= 0; }};
  });
  if (!GAPS.length) {
    GAPS = [
      {id: "trang-song", mark: "dot", has: function (a) { return a.mobile_state === "none"; }},
      {id: "lom-song", mark: "half", has: function (a) { return a.mobile_state === "weak"; }},
      {id: "khong-cap", mark: "square", has: function (a) { return off(a.fibre); }},
      {id: "khong-dien", mark: "diamond", has: function (a) { return off(a.grid); }}
    ];
  }
  var KINDS = GAPS.concat([
    {id: "co-song", mark: "ring", has: function (a) { return a.mobile_state === "covered"; }},
    {id: "diem-truong", mark: "flag", has: function (a) { return on(a.school); }},
    {id: "tram-y-te", mark: "cross", has: function (a) { return on(a.clinic); }}
  ]), BY_ID = {};
  KINDS.forEach(function (kind) { BY_ID[kind.id] = kind; });
  /* From the ground up: larger signs below smaller ones. More points than CROWD are stamped on a canvas, and labels no
     longer make room for them. */
  var ORDER = ["diamond", "triangle", "square", "ring", "half", "dot", "flag", "cross"], CROWD = 600;
  var BELOW = KINDS.map(function (kind) { return kind.id; }).sort(function (a, b) { return ORDER.indexOf(BY_ID[a].mark) - ORDER.indexOf(BY_ID[b].mark); });
  function named(id) { return BY_ID[id].name || say("gap." + id); }
  function on(value) { return value === true || value === 1 || value === "1" || value === "true"; }
  function off(value) { return value === false || value === 0 || value === "0" || value === "false"; }

  /* Nested shapes, filled by the even-odd rule: a dot, half dot or ring for signal, a square round it for cable, a
     diamond round both for the grid; a cross where a village's signal is not known. */
  function ring(out, inner) { return disc(out) + disc(inner); }
  function disc(r) { return "M" + -r + " 0A" + r + " " + r + " 0 1 0 " + r + " 0 " + r + " " + r + " 0 1 0 " + -r + " 0Z"; }
  var SHAPES = {
    dot: disc(3.7),
    half: ring(4, 2.6) + "M0-2.6A2.6 2.6 0 0 1 0 2.6Z",
    ring: ring(3.2, 2),
    square: "M-6.2-6.2H6.2V6.2H-6.2ZM-4.6-4.6V4.6H4.6V-4.6Z",
    triangle: "M0-11 10 7H-10ZM0-8-7.4 5.5H7.4Z",
    diamond: "M0-14.4 14.4 0 0 14.4-14.4 0ZM0-12.6-12.6 0 0 12.6 12.6 0Z",
    flag: "M9-13 13-6H5Z",
    cross: "M8 6H10V8H12V10H10V12H8V10H6V8H8Z"
  };
  var SAMPLES = {diamond: "-15 -15 30 30", flag: "1 -17.5 16 16", cross: "1 1 16 16"};
  var UNKNOWN = "M-2.6-3.4 0-.8 2.6-3.4 3.4-2.6 .8 0 3.4 2.6 2.6 3.4 0 .8-2.6 3.4-3.4 2.6-.8 0-3.4-2.6Z";

  /* What a village has stands beside its signs, farther out where these are large, so that no two signs cross. */
  var BESIDE = {flag: "M15.5-17 19.5-10H11.5Z", cross: "M14 11H16V13H18V15H16V17H14V15H12V13H14Z"};
  function shape(kinds) {
    var marks = kinds.map(function (id) { return BY_ID[id].mark; }), wide = marks.indexOf("diamond") >= 0;
    return marks.map(function (mark) { return wide && BESIDE[mark] || SHAPES[mark]; }).join("") || UNKNOWN;
  }

  /* A symbol for the legend, 22 pixels wide. */
  function sample(id) {
    return draw("svg", {class: "gap-sample", viewBox: SAMPLES[BY_ID[id].mark] || "-11 -11 22 22", "aria-hidden": "true"}, [draw("path", {class: "gap", "fill-rule": "evenodd", d: shape([id])})]);
  }

  function kindsOf(point) {
    return point._kinds || (point._kinds = KINDS.filter(function (kind) { return kind.has(point[5], point[6]); }).map(function (kind) { return kind.id; }));
  }

  function dot(point, i, kinds) {
    var node = draw("path", {class: "gap", "fill-rule": "evenodd", d: shape(kinds)});
    node.style.transform = "translate(" + point[3] + "px," + point[4] + "px) scale(calc(var(--u) * var(--rem) * var(--dot)))";
    node._index = i;
    return node;
  }

  /* Show the villages that have one of the `wanted` kinds; inside one commune (its code) all of them, those that are not
     wanted small. Returns how many have each kind, there or everywhere, and how many of those asked for are `unplaced`:
     without a point they are never drawn. */
  function show(map, points, wanted, commune) {
    var counts = {}, spots = [], lost = 0;
    KINDS.forEach(function (kind) { counts[kind.id] = 0; });
    if (map.gaps !== points) {
      map.gaps = points;
      map.kinds = {};
      map.layers.points.replaceChildren(draw("g", {class: "gap-kinds"}), draw("g", {class: "gap-inside"}));
    }
    points.forEach(function (point) {
      var kinds = kindsOf(point);
      if (commune && point[1] !== commune) { return; }
      kinds.forEach(function (id) { counts[id]++; });
      if (!(commune && !wanted.length) && !kinds.some(function (id) { return wanted.indexOf(id) >= 0; })) {
        if (commune && point[3] !== null) { spots.push([point[3], point[4]]); }
        return;
      }
      if (point[3] === null) { lost++; } else { spots.push([point[3], point[4]]); }
    });
    var crowd = !commune && spots.length > CROWD && Boolean(map.place);  // a map that cannot zoom has no canvas
    province(map, commune || crowd ? [] : wanted);
    inside(map, commune, wanted);
    if (crowd || map.crowd) { IOC.crowd.show(map, crowd ? crowded(points, wanted) : null); }
    map.node.dataset.gaps = spots.length;
    map.spotted = crowd ? [] : spots;
    counts.unplaced = lost;
    return counts;
  }

  function crowded(points, wanted) {
    var found = [];
    points.forEach(function (point, i) {
      var kinds = point[3] === null ? [] : kindsOf(point).filter(function (id) { return wanted.indexOf(id) >= 0; });
      if (kinds.length) { found.push([point[3], point[4], kinds, i]); }
    });
    return found;
  }

  /* One group a kind, made when it is first asked for; after that a kind only comes and goes: one change for thousands. */
  function province(map, wanted) {
    var layer = map.layers.points.firstChild;
    BELOW.forEach(function (id) {
      if (wanted.indexOf(id) >= 0 && !map.kinds[id]) {
        map.kinds[id] = draw("g", {}, map.gaps.map(function (point, i) { return point[3] !== null && kindsOf(point).indexOf(id) >= 0 ? dot(point, i, [id]) : null; }));
      }
      if (map.kinds[id]) { map.kinds[id].setAttribute("class", wanted.indexOf(id) >= 0 ? "gap-kind" : "gap-kind is-off"); }
    });
    var there = BELOW.filter(function (id) { return map.kinds[id]; });
    if (layer.childElementCount !== there.length) { layer.replaceChildren.apply(layer, there.map(function (id) { return map.kinds[id]; })); }
  }

  function inside(map, commune, wanted) {
    var layer = map.layers.points.lastChild, nodes = [];
    if (!commune && !layer.childElementCount) { return; }
    map.gaps.forEach(function (point, i) {
      if (!commune || point[1] !== commune || point[3] === null) { return; }
      var kinds = kindsOf(point).filter(function (id) { return !wanted.length || wanted.indexOf(id) >= 0; });
      var node = dot(point, i, kinds);
      if (wanted.length && !kinds.length) {
        node.setAttribute("d", disc(1.9));
        node.classList.add("is-faint");
      }
      nodes.push(node);
    });
    layer.replaceChildren.apply(layer, nodes);
  }

  /* The chosen village is ringed; -1 is none. */
  function choose(map, index) {
    var layer = map.layers.points.lastChild;
    Array.prototype.slice.call(layer ? layer.children : []).forEach(function (node) {
      var mine = node._index === index;
      node.classList.toggle("is-chosen", mine);
      if (mine) { layer.appendChild(node); }
    });
  }

  /* The lines of a village's card. */
  function lines(point) {
    var a = point[5], found = kindsOf(point).map(named);
    var people = a.households === undefined ? null : say("gap.households", {n: IOC.words.number(Number(a.households))});
    var standing = {measured: say("village.measured"), cluster: say("village.cluster")}[a.point_standing];
    return {name: point[2], gaps: found, rows: [people, standing].filter(Boolean)};
  }

  IOC.points = {show: show, shape: shape, choose: choose, lines: lines, sample: sample, kinds: KINDS.map(function (kind) { return kind.id; }), gaps: GAPS.map(function (kind) { return kind.id; }), named: named,
    wide: function (point) { return kindsOf(point).some(function (id) { return BY_ID[id].mark === "diamond"; }); }, kindsOf: kindsOf};
})(window.IOC);
