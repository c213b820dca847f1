/* Layers: what lies over the map beside villages: lines an operator has published (rivers, roads) and places of other
   kinds that a source brings (service centres, schools, clinics). Owns their boxes to tick, counts, shapes and cards;
   places at one and the same point are one shape with their number. */
(function (IOC) {
  "use strict";
  var make = IOC.make, draw = IOC.draw, say = IOC.words.say, kept = {};

  /* Shapes of places in screen pixels round their point; a kind without a shape of its own gets a square. */
  var SHAPES = {
    service_centre: "M-5.5 5.5V-1.5L0-6.5 5.5-1.5V5.5Z",
    school: "M0-6 6.5 5H-6.5Z",
    clinic: "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
    other: "M-4.5-4.5H4.5V4.5H-4.5Z"
  };

  function lines() { return (IOC.boot.layers || []).map(function (one) { return {id: "d-" + one.id, name: one.name, style: one.style, url: one.url}; }); }
  function places() {
    return (IOC.boot.places || []).filter(function (one) { return one.kind !== "village"; }).map(function (one) { return {id: "p-" + one.kind, name: one.name, kind: one.kind}; });
  }
  function all() { return lines().concat(places()); }
  function wanted() { return (IOC.address.get().lop || "").split(","); }

  /* The address with one layer switched; the others stay as they are. */
  function turn(id, on) {
    var now = wanted().filter(function (one) { return one && one !== id; });
    IOC.address.go({lop: (on ? now.concat([id]) : now).join(",")});
  }

  function sample(one) {
    return draw("svg", {class: "gap-sample", viewBox: "-11 -11 22 22", "aria-hidden": "true"}, [one.kind
      ? draw("path", {class: "place", d: SHAPES[one.kind] || SHAPES.other})
      : draw("path", {class: "map-line is-" + one.style, d: "M-9 4C-4-6 2 8 9-4"})]);
  }

  /* Boxes in the legend, made once; nothing at all where there is nothing to tick. */
  function boxes(host) {
    var found = all();
    if (!found.length) { return; }
    var set = host._boxes;
    if (!set) {
      set = host._boxes = {};
      host.appendChild(make("fieldset", {class: "layers is-more"}, [make("legend", {text: say("layers.title")})].concat(found.map(function (one) {
        var box = make("input", {type: "checkbox", value: one.id}), count = make("span", {class: "legend-count figures"});
        set[one.id] = {box: box, count: count};
        box.addEventListener("change", function () { turn(one.id, box.checked); });
        return make("label", {class: "layer"}, [box, sample(one), make("span", {text: one.name}), count]);
      }))));
    }
    found.forEach(function (one) {
      var on = set[one.id].box.checked = wanted().indexOf(one.id) >= 0;
      if (on && one.kind) { tally(one, set[one.id].count); }
    });
  }

  /* How many there are, and how many of them nobody can draw. */
  function tally(one, count) {
    IOC.supply.places(one.kind).then(function (found) {
      var lost = found.points.filter(function (point) { return point[3] === null; }).length;
      count.textContent = IOC.words.number(found.points.length) + (lost ? ", " + say("layers.unplaced", {n: IOC.words.number(lost)}) : "");
    }).catch(function () { count.textContent = ""; });
  }

  function fetchLine(one) {
    if (!kept[one.url]) {
      kept[one.url] = fetch(one.url, {credentials: "same-origin"}).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.statusText); }
        return answer.text();
      }).then(function (text) { return new DOMParser().parseFromString(text, "image/svg+xml").querySelector("path").getAttribute("d"); });
      kept[one.url].catch(function () { delete kept[one.url]; });
    }
    return kept[one.url];
  }

  /* Draw what is ticked; `areas` names communes for the cards. Once drawn, a layer only comes and goes; `moved` hears
     when names have to make room for places, or may have it back. */
  function show(map, areas, on, moved) {
    var ask = on ? wanted() : [];
    map.extra = map.extra || {};
    lines().forEach(function (one) {
      toggle(map, one.id, ask.indexOf(one.id) >= 0, function () {
        var group = map.layers.lines.appendChild(draw("g", {class: "map-line-layer", "data-layer": one.id}));
        fetchLine(one).then(function (d) {
          group.replaceChildren(draw("path", {class: "map-line-casing", d: d}), draw("path", {class: "map-line is-" + one.style, d: d}));
        }).catch(function () { group.remove(); delete map.extra[one.id]; });
        return group;
      });
    });
    places().forEach(function (one) {
      toggle(map, one.id, ask.indexOf(one.id) >= 0, function () {
        var group = map.layers.places.appendChild(draw("g", {class: "map-place-layer", "data-layer": one.id}));
        IOC.supply.places(one.kind).then(function (found) {
          var spots = together(found.points);
          group.replaceChildren.apply(group, spots.map(function (points) { return node(map, one, points, areas); }));
          group._spots = spots.map(function (points) { return [points[0][3], points[0][4]]; });
          stand(map, moved);
        }).catch(function () { group.remove(); delete map.extra[one.id]; });
        return group;
      });
    });
    stand(map, moved);
  }
  function stand(map, moved) {
    var found = [];
    Object.keys(map.extra).forEach(function (id) {
      if (map.extra[id].style.display !== "none") { found = found.concat(map.extra[id]._spots || []); }
    });
    if (String(found) === String(map.standing || [])) { return; }
    map.standing = found;
    moved();
  }
  function toggle(map, id, on, build) {
    if (on && !map.extra[id]) { map.extra[id] = build(); }
    if (map.extra[id]) { map.extra[id].style.display = on ? "" : "none"; }
  }

  /* Places that have a point, by point: what lies under another shape would not be seen. */
  function together(points) {
    var found = {};
    points.forEach(function (point) {
      var key = point[3] + " " + point[4];
      if (point[3] !== null) { (found[key] = found[key] || []).push(point); }
    });
    return Object.keys(found).map(function (key) { return found[key]; });
  }

  function node(map, one, points, areas) {
    var point = points[0], group = draw("g", {class: "place-spot", "data-places": points.length}, [draw("path", {class: "place", d: SHAPES[one.kind] || SHAPES.other})]);
    if (points.length > 1) { group.appendChild(draw("text", {class: "place-number", x: 8, y: 5, text: IOC.words.number(points.length)})); }
    group.style.transform = "translate(" + point[3] + "px," + point[4] + "px) scale(calc(var(--u) * var(--rem)))";
    group.addEventListener("pointerenter", function () {
      var commune = areas.names[areas.codes.indexOf(point[1])] || "", others = points.slice(1).map(function (other) { return other[2]; });
      var seat = points.some(function (other) { return other[5] && other[5].point_standing === "seat"; });
      IOC.card.show(IOC.card.village({name: point[2], commune: commune, gaps: [], rows: others.concat([one.name], seat ? [say("layers.seat")] : [])}), group.getBoundingClientRect(), map.body);
    });
    group.addEventListener("pointerleave", IOC.card.hide);
    return group;
  }

  /* A new edition may bring other places. */
  IOC.on("edition", function () {
    var map = IOC.atlas && IOC.atlas.map;
    if (!map || !map.extra || IOC.address.get().ban) { return; }
    places().forEach(function (one) { if (map.extra[one.id]) { map.extra[one.id].remove(); delete map.extra[one.id]; } });
  });

  IOC.layers = {boxes: boxes, show: show, turn: turn};
})(window.IOC);
