/* Wall maps: the published drawing painted by values, and the villages with gaps. Owns the pins that tie a map to its list,
   the check that what was painted is everything, and the table that stands in when it is not. */
(function (IOC) {
  "use strict";
  var make = IOC.make, draw = IOC.draw, say = IOC.words.say, tiles = IOC.tiles, text = tiles.text, sheets = {}, LISTED = 3;

  /* The drawing's text, fetched once for all maps of the page; a failure is forgotten so that the next redraw tries again. */
  function sheet(url) {
    if (!sheets[url]) {
      sheets[url] = fetch(url, {credentials: "same-origin"}).then(function (answer) {
        if (!answer.ok || !/svg/.test(answer.headers.get("Content-Type") || "")) { throw new Error("drawing " + answer.status); }
        return answer.text();
      });
      sheets[url].catch(function () { delete sheets[url]; });
    }
    return sheets[url];
  }

  function expected(fixed) { return fixed.communes.codes.length; }

  /* How many communes are really painted: a path with a shape and a class of its own. */
  function painted(map) {
    return map.paths.filter(function (path, i) { return path && path.getAttribute("d") && map.painted[i]; }).length;
  }

  function table(tile, fixed, rows, words) {
    var cells = tile.ranked.slice(0, rows).map(function (at) {
      return make("tr", {}, [make("th", {scope: "row", text: fixed.communes.names[at]}), make("td", {class: "figures", text: IOC.words.quantity(tile.v[at], tile.unit, tile.kpi.decimals)})]);
    });
    return make("div", {class: "map-table"}, [make("p", {text: words}), make("table", {}, [make("tbody", {}, cells)])]);
  }

  /* Size of one screen pixel in the drawing, which hatches, pins and points are scaled by. */
  function scale(map) {
    var box = map.svg.getBoundingClientRect(), rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    var unit = 1 / (Math.min(box.width / map.width, box.height / map.height) || 1);
    map.unit = unit;
    map.svg.style.setProperty("--u", unit);
    map.svg.style.setProperty("--rem", rem / 17);
    map.hatches.forEach(function (hatch) { hatch.setAttribute("patternTransform", "scale(" + unit * rem / 20 + ")"); });
    return unit * rem;
  }

  function pins(map, places, size) {
    var nodes = places.map(function (at, i) {
      var spot = map.spots[at];
      return !spot ? null : draw("g", {class: "pin", transform: "translate(" + spot.x + " " + spot.y + ") scale(" + size + ")"}, [
        draw("circle", {r: 0.82}), draw("text", {y: 0.36, "font-size": 1, text: String(i + 1)})]);
    });
    map.layers.labels.replaceChildren.apply(map.layers.labels, nodes.filter(Boolean));
  }

  function name(map, at, words, size) {
    var spot = map.spots[at];
    if (!spot) { return; }
    map.layers.labels.appendChild(draw("text", {class: "pinned-name", x: spot.x, y: spot.y - spot.r - 0.5 * size, "font-size": 1.2 * size, text: words}));
  }

  /* A map node belongs to its tile and lives as long; its drawing is loaded once. */
  function host(node, fixed) {
    if (!node._map) { node._map = IOC.map.create(); }
    node._map.svg.setAttribute("aria-hidden", "true");
    return node._map;
  }

  function show(node, fixed, tile, paint) {
    var map = host(node, fixed), frame = map.node.parentNode, count = expected(fixed);
    node.dataset.painted = "";
    if (!fixed.drawing) { frame.replaceChildren(table(tile, fixed, 12, say("wall.no_map"))); return Promise.resolve(); }
    return sheet(fixed.drawing.url).then(function (svg) {
      IOC.map.load(map, svg, fixed.communes);
      paint(map, scale(map));
      check(node, map, tile, fixed, frame, painted(map), count);
    }).catch(function (error) {
      console.error("the map cannot be drawn", error);
      check(node, map, tile, fixed, frame, 0, count);
    });
  }

  function check(node, map, tile, fixed, frame, found, count) {
    var box = map.svg.getBoundingClientRect(), seen = box.width > 0 && box.height > 0 ? found : 0, before = frame.querySelector(".map-table");
    if (before) { before.remove(); }
    node.dataset.painted = found;
    map.node.hidden = found !== count;
    if (found !== count && tile.ranked) {
      frame.appendChild(table(tile, fixed, 12, say("wall.table", {painted: String(seen), expected: String(count)})));
    }
  }

  function legend(entries, unit) {
    return make("ul", {class: "wall-legend"}, entries.filter(function (one) { return one.count; }).map(function (one) {
      return make("li", {}, [make("span", {class: "swatch " + one.name, "aria-hidden": "true"}, one.grade ? [tiles.shape(one.grade)] : []),
        make("span", {}, [text(one.label), text(one.note ? one.note + (unit ? " " + unit : "") : "", "legend-note"), text(say("wall.counts", {n: IOC.words.number(one.count)}), "legend-count figures")])]);
    }));
  }

  tiles.makers.map = function (tile, box, scene, node) {
    var fixed = scene.fixed, told = IOC.grades.paint(tile.kpi, {v: tile.v, s: tile.s, p: tile.p}), map = host(node, fixed);
    var beside = scene.tiles.filter(function (one) { return one.kind === "ranking" && one.rows && one.sources[0] === tile.sources[0] && one.title === tile.kpi.short; })[0];
    var lines = beside && scene.boxes[scene.tiles.indexOf(beside)];
    if (!lines) { beside = null; }
    var listed = tile.ranked.slice(0, beside ? Math.min(beside.rows.length, lines[4]) : LISTED);
    var list = beside ? null : make("ol", {class: "map-worst", "data-drop": 3}, listed.map(function (at, i) {
      return make("li", {}, [make("span", {class: "rank-pin figures", text: String(i + 1)}), text(fixed.communes.names[at], "rank-name"), text(IOC.words.number(tile.v[at], tile.kpi.decimals), "figures")]);
    }));
    var frame = make("div", {class: "map-frame"}, [map.node]);
    node._drawn = function () {
      show(node, fixed, tile, function (shown, size) {
        IOC.map.paint(shown, told.classes, function () { return ""; });
        pins(shown, listed, size);
        var pinned = fixed.communes.codes.indexOf(fixed.pin);
        IOC.map.choose(shown, pinned);
        if (pinned >= 0) { name(shown, pinned, fixed.communes.names[pinned], size); }
      });
    };
    return [make("div", {class: "map-top"}, [make("div", {class: "map-said"}, [tiles.head(tile), tiles.standing(tile),
      tiles.line("tile-period", [text(tile.period), text(tile.reporting, "tile-reporting")])]), tiles.figure(tile)]),
      frame, make("div", {class: "map-below"}, [legend(told.entries, tile.unit), list]), caption(fixed)];
  };

  function caption(fixed) {
    return fixed.drawing && fixed.drawing.caption ? tiles.line("map-caption", [text(fixed.drawing.caption)]) : null;
  }

  tiles.makers.gaps = function (tile, box, scene, node) {
    var fixed = scene.fixed, map = host(node, fixed), frame = make("div", {class: "map-frame"}, [map.node]), below = make("ul", {class: "wall-legend is-gaps"});
    var points = tile.points.map(function (one) { return ["", "", "", one[0], one[1], tile.kinds[one[2]]]; });
    node._drawn = function () {
      show(node, fixed, tile, function (shown, size) {
        IOC.map.paint(shown, fixed.communes.codes.map(function () { return "is-ground"; }), function () { return ""; });
        var counts = IOC.points.show(shown, points, tile.gaps), pinned = fixed.communes.codes.indexOf(fixed.pin);
        IOC.map.choose(shown, pinned);
        shown.layers.labels.replaceChildren();
        if (pinned >= 0) { name(shown, pinned, fixed.communes.names[pinned], size); }
        below.replaceChildren.apply(below, tile.gaps.map(function (gap) {
          return make("li", {}, [IOC.points.sample(gap), make("span", {}, [text(say("gap." + gap)), text(IOC.words.number(counts[gap]), "legend-count figures")])]);
        }));
      });
    };
    var top = tiles.head(tile);
    top.appendChild(make("span", {class: "head-count", text: tile.of}));
    return [top, frame, make("div", {class: "map-below"}, [below]), caption(fixed)];
  };

  IOC.maps = {painted: painted};
})(window.IOC);
