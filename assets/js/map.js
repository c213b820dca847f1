/* Map: the drawing in the page. Owns the SVG, the paint of its areas, hover and choice by pointer and keyboard.
   Says "hover" and "choice" with an area's index; knows neither addresses nor where values come from. */
(function (IOC) {
  "use strict";
  var make = IOC.make, draw = IOC.draw, say = IOC.words.say, FEW = 400;

  /* Hatches for areas without a value; one angle a reason, so that print needs no colour. */
  var HATCHES = {m: "M0 8 8 0M-2 2 2-2M6 10 10 6", z: "M0 4H8", i: "M0 0 8 8M0 8 8 0", h: "M4 0V8", x: "M1 2a1 1 0 1 0 2 0a1 1 0 1 0-2 0M5 6a1 1 0 1 0 2 0a1 1 0 1 0-2 0"};

  /* The map node is made once and moved into whatever page shows it: it never loads or paints twice. */
  function create() {
    var node = make("div", {class: "map"});
    var svg = draw("svg", {class: "map-drawing", role: "group", "aria-label": say("map.aria"), preserveAspectRatio: "xMidYMid meet"});
    var hatches = Object.keys(HATCHES).map(function (letter) {
      return draw("pattern", {id: "hatch-" + letter, width: 8, height: 8, patternUnits: "userSpaceOnUse"}, [
        draw("rect", {width: 8, height: 8, class: "hatch-ground"}),
        draw("path", {d: HATCHES[letter], class: "hatch-line"})
      ]);
    });
    var layers = {};
    var view = draw("g", {class: "map-view"});
    ["areas", "lines", "raised", "places", "points", "labels", "names"].forEach(function (name) {
      layers[name] = view.appendChild(draw("g", {class: "map-" + name}));
    });
    svg.appendChild(draw("defs", {}, hatches));
    svg.appendChild(view);
    var body = node.appendChild(make("div", {class: "map-body"}, [svg]));

    var map = {node: node, body: body, svg: svg, view: view, layers: layers, hatches: hatches, paths: [], areas: null, chosen: -1, hovered: -1,
      width: 0, height: 0, ready: false, painted: [], classes: [], hidden: {}, inside: -1, within: null, many: false};
    listen(map);
    return map;
  }

  /* Put the published drawing in: `text` is the SVG document, `areas` names its codes in the order of all values. */
  function load(map, text, areas) {
    if (map.text === text) { return; }
    var parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    var box = parsed.getAttribute("viewBox").split(/\s+/).map(Number), drawn = parsed.querySelector("g.areas");
    map.text = text;
    map.areas = areas;
    map.width = box[2];
    map.height = box[3];
    map.svg.setAttribute("viewBox", box.join(" "));
    map.svg.style.setProperty("--shape", map.width / map.height);
    map.layers.areas.replaceChildren(document.importNode(drawn, true));
    Array.prototype.forEach.call(parsed.children, function (child) {
      if (child !== drawn) { map.layers.areas.appendChild(document.importNode(child, true)); }
    });
    var byCode = {};
    map.layers.areas.querySelectorAll("g.areas > path").forEach(function (path) { byCode[path.id.slice(1)] = path; });
    map.paths = areas.codes.map(function (code) { return byCode[code] || null; });
    map.spots = map.paths.map(function (path, i) {
      if (!path) { return null; }
      path._index = i;
      return {x: Number(path.dataset.x), y: Number(path.dataset.y), r: Number(path.dataset.r)};
    });
    map.painted = [];
    map.raisedKey = "";
    map.ready = true;
    named(map);
  }

  /* Names for readers of the screen; with thousands of areas only the list beside the map is read out. */
  function named(map) {
    map.many = map.paths.length > FEW;
    map.node.classList.toggle("is-fine", map.many);
    map.svg.setAttribute("aria-hidden", map.many ? "true" : "false");
    map.paths.forEach(function (path, i) {
      if (!path || map.many) { return; }
      path.setAttribute("role", "button");
      path.setAttribute("tabindex", "-1");
      path.setAttribute("aria-label", map.areas.names[i]);
    });
    enter(map);
  }

  /* One tab stop for the whole map; the arrows move inside. */
  function enter(map) {
    var stop = map.paths[map.chosen] || map.paths[map.stop || 0];
    if (map.tabbed && map.tabbed !== stop) { map.tabbed.setAttribute("tabindex", "-1"); }
    if (stop && !map.many) { stop.setAttribute("tabindex", "0"); map.tabbed = stop; }
  }

  /* Class of an area: its paint, pale where the legend leaves its entry out, marked where the map is inside it. */
  function dressed(map, i) {
    return map.classes[i] + (map.hidden[map.classes[i]] ? " is-dim" : "") + (map.inside === i ? " is-inside" : "") + (map.within && !map.within[i] ? " is-out" : "");
  }
  function repaint(map) {
    for (var i = 0; i < map.paths.length; i++) {
      var name = map.paths[i] && map.classes[i] ? dressed(map, i) : null;
      if (name && map.painted[i] !== name) {
        map.paths[i].setAttribute("class", "area " + name);
        map.painted[i] = name;
      }
    }
  }

  /* Values only: the class of each area changes, nothing else; `said` are the words for readers of the screen. */
  function paint(map, classes, said) {
    map.classes = classes;
    repaint(map);
    if (!map.many) {
      window.setTimeout(function () {
        map.paths.forEach(function (path, i) { if (path) { path.setAttribute("aria-label", said(i)); } });
      }, 0);
    }
    map.node.dataset.painted = map.paths.filter(Boolean).length;
  }

  /* Areas of the legend entries in `names` turn pale; all others are in full colour. */
  function leave(map, names) {
    map.hidden = {};
    names.forEach(function (name) { map.hidden[name] = true; });
    map.node.classList.toggle("is-filtered", names.length > 0);
    repaint(map);
  }

  /* The map is inside one commune (its index) or in none (-1), or inside the areas that `within` marks: then all others
     step back. */
  function enterArea(map, index, within) {
    map.inside = index;
    map.within = within || null;
    map.node.classList.toggle("is-inside-one", index >= 0);
    repaint(map);
  }

  function raise(map) {
    var key = map.chosen + "/" + map.hovered;
    if (map.raisedKey === key) { return; }
    map.raisedKey = key;
    map.layers.raised.replaceChildren();
    [[map.hovered, "is-hovered"], [map.chosen, "is-chosen"]].forEach(function (one) {
      var path = map.paths[one[0]];
      if (!path || (one[1] === "is-hovered" && one[0] === map.chosen)) { return; }
      ["casing", "edge"].forEach(function (name) {
        map.layers.raised.appendChild(draw("path", {d: path.getAttribute("d"), class: name + " " + one[1]}));
      });
    });
  }

  function choose(map, index) {
    var before = map.paths[map.chosen];
    if (before) { before.removeAttribute("aria-pressed"); }
    map.chosen = index;
    if (map.paths[index] && !map.many) { map.paths[index].setAttribute("aria-pressed", "true"); }
    if (map.ready) { enter(map); }
    raise(map);
  }

  function hover(map, index) {
    if (map.hovered === index) { return; }
    map.hovered = index;
    raise(map);
  }

  function listen(map) {
    function indexOf(event) {
      var path = event.target.closest ? event.target.closest(".area") : null;
      return path && path._index !== undefined ? path._index : -1;
    }
    function pointOf(event) {
      var node = event.target.closest && event.target.closest(".gap");
      return node ? node._index : map.crowd ? IOC.crowd.under(map, event.clientX, event.clientY) : -1;
    }
    map.svg.addEventListener("pointermove", function (event) {
      if (event.pointerType === "touch" || event.buttons || (event.target.closest && event.target.closest(".place"))) { return; }
      IOC.emit("hover", {index: indexOf(event), from: "map", point: pointOf(event), x: event.clientX, y: event.clientY, map: map});
    });
    map.svg.addEventListener("pointerleave", function () { IOC.emit("hover", {index: -1, from: "map", point: -1}); });
    map.svg.addEventListener("click", function (event) {
      if (map.dragged) { return; }
      var point = pointOf(event);
      if (point >= 0) { IOC.emit("village", {index: point, from: "map", map: map}); return; }
      IOC.emit("choice", {index: indexOf(event), from: "map", map: map});
    });
    map.svg.addEventListener("focusin", function (event) {
      var index = indexOf(event);
      if (index >= 0 && event.target.matches(":focus-visible")) { map.stop = index; enter(map); IOC.emit("hover", {index: index, from: "keys", point: -1, map: map}); }
    });
    map.svg.addEventListener("focusout", function () { IOC.emit("hover", {index: -1, from: "keys", point: -1}); });
    map.svg.addEventListener("keydown", function (event) {
      var index = indexOf(event), turn = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
      if (index < 0) { return; }
      if (turn) {
        var next = neighbour(map, index, turn);
        if (next >= 0) { map.paths[next].focus(); }
        event.preventDefault();
      } else if (event.key === "Enter" || event.key === " ") {
        IOC.emit("choice", {index: index, from: "keys", deep: event.key === "Enter", map: map});
        event.preventDefault();
      }
    });
  }

  /* The nearest area in a direction: distance, made longer the more one has to turn aside. */
  function neighbour(map, index, turn) {
    var here = map.spots[index], best = -1, least = Infinity;
    map.spots.forEach(function (spot, i) {
      if (!spot || i === index) { return; }
      var dx = spot.x - here.x, dy = spot.y - here.y, ahead = dx * turn[0] + dy * turn[1], aside = Math.abs(dx * turn[1]) + Math.abs(dy * turn[0]);
      if (ahead <= 0 || aside > ahead * 2) { return; }
      if (ahead + aside * 1.5 < least) { least = ahead + aside * 1.5; best = i; }
    });
    return best;
  }

  IOC.map = {create: create, load: load, paint: paint, leave: leave, enter: enterArea, choose: choose, hover: hover, neighbour: neighbour};
})(window.IOC);
