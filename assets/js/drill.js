/* Drill: from province to commune to village and back. Owns the path above the map (Tỉnh › Xã › Thôn, bản), what a
   click, Enter and Escape mean on each level, and the names of villages inside a commune. State is in the address. */
(function (IOC) {
  "use strict";
  var make = IOC.make, draw = IOC.draw, say = IOC.words.say, PLACES = [[1, 0], [-1, 0], [0, -1], [0, 1]];
  var drill = {at: -1, areas: null, point: null};

  function now() { return IOC.address.get(); }
  function top() { return {xa: "", cap: "", thon: ""}; }

  /* One level up from where the address is. */
  function above() {
    if (now().thon) { return {thon: ""}; }
    return top();
  }

  /* What choosing a commune changes: the first choice selects, the second (or Enter) goes in; inside, a neighbour is entered. */
  function step(code, deep) {
    var here = now();
    if (!code) { return here.cap && here.thon ? {thon: ""} : top(); }
    if (deep || here.cap || here.xa === code) { return {xa: code, cap: "xa", thon: ""}; }
    return {xa: code, thon: ""};
  }

  /* Index of the commune the address is inside of, -1 for none. */
  function inside(atlas) {
    return now().cap === "xa" && atlas.areas ? atlas.areas.codes.indexOf(now().xa) : -1;
  }

  /* Bring the map to a commune or back; true when it moved. */
  function enter(atlas, index) {
    var map = atlas.map, path = map.paths[index];
    drill.areas = atlas.areas;
    crumbs();
    if (drill.at === index && drill.map === map) { return false; }
    var was = drill.at;
    drill.at = index;
    drill.map = map;
    IOC.map.enter(map, index);
    if (index >= 0 && path) { look(atlas); } else if (was >= 0) { map.focus(null); }
    return true;
  }

  /* The commune as large as it fits beside the legend; also after the map's room has changed. */
  function look(atlas) {
    var path = atlas.map.paths[drill.at], box = atlas.legend.box.getBoundingClientRect();
    var over = getComputedStyle(atlas.legend.box).position === "absolute";
    if (path) { atlas.map.focus(path.getBBox(), over ? box.width + 16 : 0); }
  }

  /* The path above the map; the last part is where one is. */
  function crumbs() {
    var host = document.getElementById("crumbs"), here = now(), areas = drill.areas;
    if (!host || !areas) { return; }
    var i = areas.codes.indexOf(here.xa), parts = [part(areas.root.name, here.xa ? top() : null)];
    if (i >= 0) {
      parts.push(part(areas.names[i], here.thon || !here.cap ? {cap: "xa", thon: ""} : null, here.cap ? "" : say("drill.go_in", {name: areas.names[i]})));
      if (!here.cap) { parts[1].appendChild(make("span", {class: "crumb-hint", text: say("drill.villages")})); }
    }
    if (i >= 0 && here.thon && drill.point) { parts.push(part(drill.point[2], null)); }
    host.replaceChildren(make("ol", {}, parts));
  }
  function part(text, to, title) {
    if (!to) { return make("li", {"aria-current": "location"}, [make("span", {text: text})]); }
    var button = make("button", {type: "button", text: text, title: title});
    button.addEventListener("click", function () { IOC.address.go(to); });
    return make("li", {}, [button]);
  }

  /* The chosen village, ringed on the map and named in the path. */
  function mark(map) {
    var found = -1, id = now().cap ? now().thon : "";
    (map.gaps || []).some(function (point, i) { if (id && point[0] === id) { found = i; } return found >= 0; });
    drill.point = found >= 0 ? map.gaps[found] : null;
    IOC.points.choose(map, found);
    crumbs();
    name(map);
  }

  /* Names of the villages beside their points, those with gaps first, as many as find room. */
  function name(map) {
    var code = drill.at >= 0 && map === drill.map ? drill.areas.codes[drill.at] : null, layer = map.layers.names;
    if (!code || !map.unit || !map.gaps) { layer.replaceChildren(); return; }
    var size = parseFloat(getComputedStyle(document.documentElement).fontSize) * .75, taken = [], nodes = [];
    var mine = map.gaps.filter(function (point) { return point[1] === code && point[3] !== null; });
    mine.forEach(function (point) { taken.push(around(point[3], point[4], 11, 11, map.unit)); });
    mine.slice().sort(function (a, b) { return weight(b) - weight(a); }).forEach(function (point) {
      var half = IOC.labels.wide(point[2], size, 500) / 2;
      PLACES.some(function (turn) {
        var away = IOC.points.wide(point) ? 9 : 0;
        var x = point[3] + turn[0] * (half + 13 + away) * map.unit, y = point[4] + turn[1] * (size + 7 + away) * map.unit, box = around(x, y, half + 1, size * .6, map.unit);
        if (taken.some(function (other) { return box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]; })) { return false; }
        taken.push(box);
        var text = draw("text", {class: "village-name" + (point === drill.point ? " is-chosen" : ""), "font-size": size, y: size * .34, text: point[2]});
        text.style.transform = "translate(" + x + "px," + y + "px) scale(var(--u))";
        nodes.push(text);
        return true;
      });
    });
    layer.replaceChildren.apply(layer, nodes);
  }
  function weight(point) {
    return (point === drill.point ? 9 : 0) + IOC.points.kindsOf(point).filter(function (id) { return IOC.points.gaps.indexOf(id) >= 0; }).length;
  }
  function around(x, y, w, h, unit) { return [x - w * unit, y - h * unit, x + w * unit, y + h * unit]; }

  /* A chosen commune is likely to be entered: its villages are fetched before the second click. */
  IOC.on("chosen", function (i) { if (i >= 0 && (IOC.boot.places || []).length) { IOC.supply.places("village").catch(function () {}); } });
  IOC.on("page", crumbs);

  IOC.drill = {top: top, above: above, step: step, inside: inside, enter: enter, look: look, mark: mark, name: name};
})(window.IOC);
